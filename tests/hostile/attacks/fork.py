"""Forks a child that outlives the call -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import os, time
if os.fork() == 0:
    time.sleep(600)
    os._exit(0)
print("PWNED")
"""
