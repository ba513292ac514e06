"""Moves the results file, and its own folder, elsewhere -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os
here = os.getcwd()
for source, target in ((here, here + "-loot"), (here, "../loot"), ("@RESULTS@", here + "/r")):
    try:
        os.rename(source, target)
        print("PWNED", source)
    except OSError as error:
        refused = error
raise refused
"""
