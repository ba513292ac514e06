"""Forks without end -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L4 system calls"
ATTACK = """
import os
while True:
    os.fork()
    print("PWNED")
"""
