#!/usr/bin/env bash
# otter-grader 7.0.0: in a test, a name that the student has not defined is None, and no error.
#
# A test in otter's form for exceptions is a function, whose parameters are filled with the values
# that a submission has for these names. A missing one is filled with None. So a test that something
# is false, is None, or differs from something passes for a notebook without a line of code. In the
# older form, a doctest, the same condition fails with a NameError. A default value of a parameter,
# which looks like what is taken then, is never used: the test gets None in its place.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check otter-grader==7.0.0

mkdir "$place/tests"
cat >"$place/tests/q1.py" <<'PYTHON'
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
@test_case(points=3)
def not_clipped(clipped):
    assert not clipped
@test_case(points=2)
def no_longer_one(scale):
    assert scale != 1
@test_case(points=1)
def has_a_default(bits=8):
    assert bits == 8
PYTHON
cat >"$place/tests/q2.py" <<'PYTHON'
OK_FORMAT = True
case = {"code": ">>> not clipped\nTrue", "hidden": False, "points": 3}
test = {"name": "q2", "suites": [{"cases": [case]}]}
PYTHON
cat >"$place/look.py" <<'PYTHON'
import glob, sys
from otter.nbmeta_config import NBMetadataConfig
from otter.test_files import create_test_file
def graded(who, submission):
    print(who)
    for path in sorted(glob.glob("tests/*.py")):
        test = create_test_file(path, NBMetadataConfig())
        test.run(submission)
        print(" ", test.name, f"{test.score} of {test.possible}:",
              *(f"{each.test_case.points} {each.passed};" for each in test.test_case_results))
graded("an empty submission", {})
graded("a wrong one", {"clipped": True, "scale": 1, "bits": 4})
PYTHON
cd "$place"
venv/bin/python look.py | tee seen
diff - seen <<'EXPECTED'
an empty submission
  q1 5 of 6: 3 True; 2 True; 1 False;
  q2 0 of 3: 3 False;
a wrong one
  q1 0 of 6: 3 False; 2 False; 1 False;
  q2 0 of 3: 3 False;
EXPECTED
