#!/usr/bin/env bash
# spfpm 1.8.0 (`import FixedPoint`): half of a number is rounded in three ways.
#
# A number with one fractional bit is a count of halves. Half of an odd count is a tie. Times 0.5 it
# goes up; divided by 2 it goes down, and so does a number with more bits that is taken into the
# narrow format, while a float is rounded up; int() cuts off. So x * 0.5 and x / 2 differ for every
# odd count, x / 2 and -(-x / 2) as well, and a filter is another one if its coefficients are
# written as divisors. Quotients that are no ties go down too: -2/3 is -1.0, where the nearest is
# -0.5. A hardware student takes this package for an exact model, which each of these is, of other
# hardware.
#
# Seen, in units of the last place: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check spfpm==1.8.0

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
from FixedPoint import FXfamily, FXnum

narrow, wide = FXfamily(1, 8), FXfamily(6, 8)
odd = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
two, half = FXnum(2, narrow), FXnum(0.5, narrow)
ways = {
    "half the float": lambda x: FXnum(x / 2, narrow),
    "times 0.5": lambda x: FXnum(x, narrow) * half,
    "divided by 2": lambda x: FXnum(x, narrow) / two,
    "the same of -x, negated": lambda x: -(FXnum(-x, narrow) / two),
    "shifted by 1": lambda x: FXnum(x, narrow) >> 1,
    "wide, then narrow": lambda x: FXnum(FXnum(x / 2, wide), narrow),
}
print(f"{'counts of halves':24}", *(f"{each * 2:5.0f}" for each in odd))
for name, way in ways.items():
    print(f"{name:24}", *(f"{float(way(each)) * 2:5.0f}" for each in odd))
print(f"{'int() of whole halves':24}", *(f"{int(FXnum(each, narrow)):5}" for each in odd))
for a, b in ((-2, 3), (-1, 3), (5, 3), (-5, 3)):
    made = FXnum(a, narrow) / FXnum(b, narrow)
    print(f"{a}/{b}: divided {float(made)}, of the float {float(FXnum(a / b, narrow))}")
PYTHON
diff - "$place/seen" <<'EXPECTED'
counts of halves            -5    -3    -1     1     3     5
half the float              -2    -1     0     1     2     3
times 0.5                   -2    -1     0     1     2     3
divided by 2                -3    -2    -1     0     1     2
the same of -x, negated     -2    -1     0     1     2     3
shifted by 1                -3    -2    -1     0     1     2
wide, then narrow           -3    -2    -1     0     1     2
int() of whole halves       -2    -1     0     0     1     2
-2/3: divided -1.0, of the float -0.5
-1/3: divided -0.5, of the float -0.5
5/3: divided 1.5, of the float 1.5
-5/3: divided -2.0, of the float -1.5
EXPECTED
