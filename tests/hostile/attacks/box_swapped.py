"""Replaces its own folder with a link, for the supervisor to clean -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os
here = os.getcwd()
os.rmdir(here)
os.symlink("/etc", here)
print("PWNED")
"""
