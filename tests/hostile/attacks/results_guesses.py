"""Writes a perfect results.json wherever graders look for one -> refused but in its box, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
BODIES = {
    "value_range": "return 0.0",
}
ATTACK = """
import os
text = '{"score": 100, "tests": [{"name": "all", "score": 100, "max_score": 100}]}'
refused = None
for folder in (".", "..", "../..", "/autograder/results", "/autograder", "/tmp/results", "/results"):
    try:
        os.makedirs(folder, exist_ok=True)
        open(folder + "/results.json", "w").write(text)
        if folder != ".":
            print("PWNED", folder)
    except OSError as error:
        refused = error
raise refused
"""
