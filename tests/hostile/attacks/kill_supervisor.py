"""Stops and ends the supervisor by its pid -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import os, signal
os.kill(@SUPERVISOR@, signal.SIGTERM)
print("PWNED")
"""
