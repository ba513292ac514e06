"""Replaces itself with another program -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls, L5 files"
ATTACK = """
import os, sys
for program in (sys.executable, "/bin/true", "/usr/bin/env"):
    try:
        os.execv(program, [program, "-c", "print('PWNED')"])
    except OSError as error:
        refused = error
raise refused
"""
