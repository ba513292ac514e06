#!/usr/bin/env bash
# gradescope-utils 0.5.0: a skipped test is gone from the results, and so are its points.
#
# JSONTestRunner writes what a student sees. A test that was skipped (a file is missing, a machine
# has no GPU, a whole class could not set up) appears nowhere: not in the list, not in what could be
# reached. So of 15 points the list shows 5 of 5, in green, and nobody sees that two thirds were
# never graded. A test that is marked as an expected failure vanishes too. A partial score, on the
# other hand, stays: a test that sets 5 points and then fails an assertion has all 5, with the
# status "failed", and 50 points out of 5 are written as such.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check gradescope-utils==0.5.0

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import io, json, unittest

from gradescope_utils.autograder_utils.decorators import partial_credit, weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

class Skipped(unittest.TestCase):
    @weight(5)
    def test_right(self):
        pass
    @weight(5)
    def test_skipped(self):
        self.skipTest("no calibration data")
    @weight(5)
    @unittest.expectedFailure
    def test_expected_to_fail(self):
        self.fail()
class Partial(unittest.TestCase):
    @partial_credit(5)
    def test_then_fails(self, set_score=None):
        set_score(5)
        self.fail("wrong integers")
    @partial_credit(5)
    def test_beyond(self, set_score=None):
        set_score(50)
for case in (Skipped, Partial):
    written = io.StringIO()
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    JSONTestRunner(visibility="visible", stream=written).run(tests)
    results = json.loads(written.getvalue())
    most = sum(test["max_score"] for test in results["tests"])
    print(f"{case.__name__}: {tests.countTestCases()} tests, score {results['score']}, of {most}")
    for test in results["tests"]:
        print("  {name} {score}/{max_score} {status}".format(**test))
PYTHON
diff - "$place/seen" <<'EXPECTED'
Skipped: 3 tests, score 5, of 5
  test_right (__main__.Skipped.test_right) 5/5 passed
Partial: 2 tests, score 55, of 10
  test_beyond (__main__.Partial.test_beyond) 50/5 passed
  test_then_fails (__main__.Partial.test_then_fails) 5/5 failed
EXPECTED
