"""Leaves the wall with the classic double chroot -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import os
os.mkdir("jail")
os.chroot("jail")
for _ in range(50):
    os.chdir("..")
os.chroot(".")
print("PWNED")
"""
