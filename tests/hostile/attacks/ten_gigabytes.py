"""Writes 10 GB to its standard output by descriptor -> late, bounded, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
ATTACK = """
import os
for _ in range(100_000):
    os.write(1, bytes(100_000))
import time
time.sleep(60)
"""
