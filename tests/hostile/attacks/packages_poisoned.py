"""Plants a module and a .pth file among the installed packages -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError Read-only)"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os, sys, torch
for folder in {os.path.dirname(os.path.dirname(torch.__file__)), os.path.dirname(os.__file__)}:
    for name in ("loot.pth", "sitecustomize_loot.py"):
        try:
            open(os.path.join(folder, name), "w").write("import os")
            print("PWNED", name)
        except OSError as error:
            refused = error
raise refused
"""
