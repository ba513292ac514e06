"""Reads the exam through a symbolic link in its own folder -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L4 system calls"
ATTACK = """
import os
os.symlink("@EXAM@", "exam")
os.symlink("@CANARY_FILE@", "canary")
try:
    print("PWNED", open("canary").read())
except PermissionError:
    print("PWNED", os.listdir("exam"))
"""
