#!/usr/bin/env bash
# gradescope-utils 0.5.0: an `async` test with partial credit is never run, and has all its points.
#
# unittest awaits the tests of an IsolatedAsyncioTestCase. With @weight a test that fails there gets
# 0 points, as it should. @partial_credit and @leaderboard put a function around the test that is
# not `async` and drops what it returns, so the test is created, not awaited, and passes. As it has
# set no score, it counts in full: a test that would set 1 of 5 points and fail has 5. The number of
# a leaderboard is null. What Python warns of, that a coroutine was never awaited, stands in the
# output of the test that passed.
#
# Seen with Python 3.11: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check gradescope-utils==0.5.0

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import io, json, unittest

from gradescope_utils.autograder_utils.decorators import leaderboard, partial_credit, weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

class Served(unittest.IsolatedAsyncioTestCase):
    @weight(5)
    async def test_weight(self):
        self.fail("no answer")
    @partial_credit(5)
    async def test_partial(self, set_score=None):
        set_score(1)
        self.fail("no answer")
    @leaderboard("requests")
    async def test_ranked(self, set_leaderboard_value=None):
        set_leaderboard_value(7)
class Plain(unittest.TestCase):
    @partial_credit(5)
    def test_partial(self, set_score=None):
        set_score(1)
        self.fail("no answer")
for case in (Served, Plain):
    written = io.StringIO()
    JSONTestRunner(stream=written).run(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    results = json.loads(written.getvalue())
    print(f"{case.__name__}: score {results['score']}")
    for test in results["tests"]:
        awaited = "never awaited" not in test.get("output", "")
        print(f"  {test['name'].split()[0]:12} {test['score']}/5 {test['status']}, awaited: {awaited}")
    print(" ", results["leaderboard"])
PYTHON
diff - "$place/seen" <<'EXPECTED'
Served: score 5.0
  test_partial 5/5 passed, awaited: False
  test_weight  0.0/5 failed, awaited: True
  [{'name': 'requests', 'value': None, 'order': 'desc'}]
Plain: score 1
  test_partial 1/5 failed, awaited: True
  []
EXPECTED
