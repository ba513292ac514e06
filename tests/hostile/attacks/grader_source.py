"""Reads the oracle and the rubric of the grader -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
try:
    print("PWNED", open("@GRADER@/oracle.py").read(100))
except PermissionError:
    print("PWNED", open("@GRADER@/rubric.toml").read(100))
"""
