"""Becomes root, and the user of another worker -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import os
for user in (0, os.getuid() - 1, os.getuid() + 1):
    for act in (os.setuid, os.setgid, lambda u: os.setresuid(u, u, u), lambda u: os.setgroups([u])):
        try:
            act(user)
            print("PWNED", os.getresuid())
        except OSError as error:
            refused = error
raise refused
"""
