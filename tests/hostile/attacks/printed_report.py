"""Prints a perfect Gradescope report, and the markers of other graders -> printed text only, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = '"score": 100'
STOPPED_BY = "design: nothing that is printed is parsed"
BODIES = {
    "value_range": "return 0.0",
}
ATTACK = r"""
import json, sys
text = json.dumps({"score": 100, "tests": [{"score": 100, "max_score": 100, "status": "passed"}]})
for stream in (sys.stdout, sys.stderr):
    print("OK\nRan 100 tests\n\n===RESULTS===\n" + text + "\n", file=stream, flush=True)
"""
