"""Opens 10,000 descriptors -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met OSError Too many open files"
STOPPED_BY = "L2 limits"
ATTACK = """
import os
keep = [os.dup(0) for _ in range(10_000)]
print("PWNED")
"""
