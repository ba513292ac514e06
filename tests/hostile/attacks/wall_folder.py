"""Reads the wall's log, its code and the folders of other workers -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os
for path in ("..", "../zygote.log", "../code", "../box-1"):
    try:
        if os.path.isdir(path):
            print("PWNED", path, os.listdir(path))
        else:
            print("PWNED", path, open(path).read(10))
    except FileNotFoundError:
        pass
    except PermissionError as error:
        refused = error
raise refused
"""
