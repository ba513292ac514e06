"""Cuts files of whoever grades, by their paths and while it only reads -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files; without them L4 system calls"
ATTACK = """
import os
box = os.getcwd()
wall = os.path.dirname(box)
errors = []
def attempt(act, *arguments):
    try:
        act(*arguments)
        print("PWNED")
    except OSError as error:
        errors.append(error)
for path in ("@RESULTS@", os.path.join(wall, "zygote.log"), os.path.join(wall, "in-use.lock")):
    attempt(os.truncate, path, 0)
    attempt(os.open, path, os.O_WRONLY)
    attempt(os.open, path, os.O_RDONLY | os.O_TRUNC)
practice = os.path.join(wall, "practice.npz")
os.chmod(practice, 0o666) if os.access(practice, os.W_OK) else None
attempt(os.truncate, practice, 0)
attempt(os.open, practice, os.O_RDONLY | os.O_TRUNC)
raise errors[0]
"""
