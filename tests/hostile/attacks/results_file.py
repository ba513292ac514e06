"""Overwrites the very results file that the grade writes to -> refused, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
BODIES = {
    "value_range": "return 0.0",
}
ATTACK = """
with open("@RESULTS@", "r+") as file:
    file.write('{"score": 100, "tests": []}')
print("PWNED")
"""
