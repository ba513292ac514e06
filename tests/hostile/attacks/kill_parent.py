"""Ends the zygote that it was forked from -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import os, signal
os.kill(os.getppid(), signal.SIGTERM)
print("PWNED")
"""
