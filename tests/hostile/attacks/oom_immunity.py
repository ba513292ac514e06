"""Lets the grader be killed first when memory runs out -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
for pid, value in (("self", "-1000"), ("self", "0"), ("@SUPERVISOR@", "1000")):
    try:
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write(value)
        print("PWNED", pid)
    except OSError as error:
        refused = error
raise refused
"""
