"""Computes in a pool of processes -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import concurrent.futures, multiprocessing
with multiprocessing.get_context("fork").Pool(1) as pool:
    print("PWNED", pool.map(abs, [1]))
"""
