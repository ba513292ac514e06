"""Lets nobody read what it makes from now on, and fills its folder with that -> removed, full points."""

QUESTIONS = set()
SAYS = "the attack went through its motions"
STOPPED_BY = "scratch: emptied whatever the permissions"
ATTACK = """
import os
os.umask(0o777)
for name in ("a", "b"):
    open(name, "w").close()
if os.access("/etc/shadow", os.R_OK):
    print("PWNED")
"""
