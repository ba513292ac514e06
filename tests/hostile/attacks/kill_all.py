"""Signals every process it may signal -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import os, signal
try:
    os.kill(-1, signal.SIGCONT)
    print("PWNED")
except OSError:
    os.killpg(0, signal.SIGCONT)
    print("PWNED")
"""
