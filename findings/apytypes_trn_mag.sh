#!/usr/bin/env bash
# apytypes 0.5.1: TRN_MAG, "magnitude truncation", changes negative numbers that need no rounding.
#
# The mode is described as one that rounds towards zero, in a variant for fixed point that adds the
# sign bit. Where fractional bits are taken off a fixed-point number, it takes the floor and adds
# one to what is negative. That is towards zero as long as something is cut off, but a negative
# number that fits as it is changes too: -3 becomes -2, and -1 becomes 0. With no bits to take off
# -3 stays. Of a floating-point number the same sign bit goes the other way: -3, which fits, becomes
# -4, and -2.5 becomes -3, away from zero. So a filter with whole coefficients is another one once
# they come from a wider format, and which one depends on the kind of number.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check apytypes==0.5.1

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
from apytypes import APyFixed, APyFloat, QuantizationMode

VALUES = [-3, -2.5, -2, -1, -0.5, 0, 1, 2.5]
def fixed(value, mode, frac_bits=4):
    wide = APyFixed.from_float(value, int_bits=4, frac_bits=frac_bits)
    return float(wide.cast(int_bits=4, frac_bits=0, quantization=mode))
def floating(value, mode):
    wide = APyFloat.from_float(value, exp_bits=6, man_bits=8)
    return float(wide.cast(exp_bits=6, man_bits=1, quantization=mode))
print(f"{'':22}", *(f"{each:5}" for each in VALUES))
for mode in (QuantizationMode.TRN_MAG, QuantizationMode.TO_ZERO, QuantizationMode.TIES_EVEN):
    for name, way in (("fixed", fixed), ("floating", floating)):
        print(f"{mode.name:10} {name:11}", *(f"{way(each, mode):5}" for each in VALUES))
stays = [fixed(each, QuantizationMode.TRN_MAG, frac_bits=0) for each in (-3, -2, -1)]
print("TRN_MAG, no bits less:", stays)
PYTHON
diff - "$place/seen" <<'EXPECTED'
                          -3  -2.5    -2    -1  -0.5     0     1   2.5
TRN_MAG    fixed        -2.0  -2.0  -1.0   0.0   0.0   0.0   1.0   2.0
TRN_MAG    floating     -4.0  -3.0  -3.0  -1.5 -0.75   0.0   1.0   2.0
TO_ZERO    fixed        -3.0  -2.0  -2.0  -1.0   0.0   0.0   1.0   2.0
TO_ZERO    floating     -3.0  -2.0  -2.0  -1.0  -0.5   0.0   1.0   2.0
TIES_EVEN  fixed        -3.0  -2.0  -2.0  -1.0   0.0   0.0   1.0   2.0
TIES_EVEN  floating     -3.0  -2.0  -2.0  -1.0  -0.5   0.0   1.0   2.0
TRN_MAG, no bits less: [-3.0, -2.0, -1.0]
EXPECTED
