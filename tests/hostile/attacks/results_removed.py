"""Removes the results file and its folder -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os, shutil
try:
    os.unlink("@RESULTS@")
except PermissionError:
    shutil.rmtree(os.path.dirname("@RESULTS@"))
print("PWNED")
"""
