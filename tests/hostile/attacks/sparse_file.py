"""Makes a file of a terabyte out of nothing -> File too large, full points."""

QUESTIONS = set()
SAYS = "the attack met OSError File too large"
STOPPED_BY = "L2 limits"
ATTACK = """
import os
with open("sparse", "wb") as file:
    os.ftruncate(file.fileno(), 1 << 40)
print("PWNED")
"""
