"""Lists the folder of the exam -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os
print("PWNED", os.listdir("@EXAM@"))
"""
