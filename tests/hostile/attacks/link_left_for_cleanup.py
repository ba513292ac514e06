"""Leaves links to files of the grader for the cleaning to follow -> the links go, what they mean stays."""

QUESTIONS = set()
SAYS = "the attack went through"
STOPPED_BY = "removal follows no link"
ATTACK = """
import os
os.mkdir("deep")
for number, place in enumerate(("@EXAM@", "@RESULTS@", "@CANARY_FILE@", "/etc", "/tmp")):
    os.symlink(place, f"deep/link-{number}")
"""
