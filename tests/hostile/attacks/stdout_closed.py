"""Closes, detaches and replaces its output streams -> its own prints fail, full points."""

QUESTIONS = set()
SAYS = "^17 of 17 points"
STOPPED_BY = "session: a process may die, its answer may not be believed"
ATTACK = """
import os, sys
class Hostile:
    def write(self, text): raise SystemExit
    def flush(self): raise SystemExit
sys.stdout.close()
sys.stderr = sys.stdout = sys.__stdout__ = Hostile()
os.close(1)
os.close(2)
"""
