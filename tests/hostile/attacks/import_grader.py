"""Puts the checkout on sys.path and imports the oracle -> not found, full points."""

QUESTIONS = set()
SAYS = "the attack met (ModuleNotFoundError|PermissionError)"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import sys
sys.path.insert(0, "@CHECKOUT@")
import grader.oracle
print("PWNED", grader.oracle.__file__)
"""
