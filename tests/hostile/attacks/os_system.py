"""Runs commands with os.system and popen -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met"
STOPPED_BY = "L4 system calls"
ATTACK = """
import os
if os.system("true") == 0 or os.posix_spawn("/bin/true", ["true"], {}):
    print("PWNED")
"""
