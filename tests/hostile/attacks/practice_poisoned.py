"""Overwrites the practice set that later workers read -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os
for mode in ("r+b", "wb"):
    try:
        open("../practice.npz", mode)
        print("PWNED")
    except OSError as error:
        refused = error
try:
    os.chmod("../practice.npz", 0o666)
    os.unlink("../practice.npz")
    print("PWNED")
except OSError:
    pass
raise refused
"""
