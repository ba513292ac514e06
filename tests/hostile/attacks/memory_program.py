"""Writes a program into memory and executes it from there -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = r"""
import os
descriptor = os.memfd_create("program")
os.write(descriptor, b"#!/bin/sh\necho PWNED")
print("PWNED")
os.execv(f"/proc/self/fd/{descriptor}", ["program"])
"""
