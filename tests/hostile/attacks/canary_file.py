"""Reads a file of mode 600 beside the exam -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
print("PWNED", open("@CANARY_FILE@").read())
"""
