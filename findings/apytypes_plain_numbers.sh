#!/usr/bin/env bash
# apytypes 0.5.1: a plain number beside a fixed-point array is put into the array's own format.
#
# In an array of 8 whole bits there is no one half. So `a * 0.5` is `a`, because 0.5 was rounded to 1 before
# it was used, `a * 0.4` is zero, `a + 0.5` adds 1 and `a * 300` is 44 times as much, for 300 wraps
# around. Only what is divided by 2 or shifted is halved, with more bits. Comparisons do the same to
# an array, and not to a single number: [1] == 257 and [1] == 1.2 are true, 1 == 257 and 1 == 1.2
# are false; [1] < 1.4 is false, 1 < 1.4 is true. So a mask finds other values than a loop, and
# nobody sees that a limit is beyond the format, as 128 is for int8, where `a < 128` holds nowhere.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    apytypes==0.5.1 numpy==2.4.6

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
from apytypes import APyFixedArray

a = APyFixedArray.from_float([1, 2, 100], int_bits=8, frac_bits=0)
def shown(name, array):
    print(f"{name:8}", *(float(each) for each in array))
shown("a", a)
shown("a * 0.5", a * 0.5)
shown("a / 2", a / 2)
shown("a >> 1", a >> 1)
shown("a * 0.4", a * 0.4)
shown("a * 1.5", a * 1.5)
shown("a + 0.5", a + 0.5)
shown("a * 300", a * 300)
for name, holds in {
    "== 257": lambda x: x == 257,
    "== 1.2": lambda x: x == 1.2,
    "< 1.4": lambda x: x < 1.4,
    "< 128": lambda x: x < 128,
}.items():
    of_array, of_each = holds(a).tolist(), [holds(each) for each in a]
    print(f"a {name:8} the array {of_array}; each {of_each}")
PYTHON
diff - "$place/seen" <<'EXPECTED'
a        1.0 2.0 100.0
a * 0.5  1.0 2.0 100.0
a / 2    0.5 1.0 50.0
a >> 1   0.5 1.0 50.0
a * 0.4  0.0 0.0 0.0
a * 1.5  2.0 4.0 200.0
a + 0.5  2.0 3.0 101.0
a * 300  44.0 88.0 4400.0
a == 257   the array [True, False, False]; each [False, False, False]
a == 1.2   the array [True, False, False]; each [False, False, False]
a < 1.4    the array [False, False, False]; each [True, False, False]
a < 128    the array [False, False, False]; each [True, True, True]
EXPECTED
