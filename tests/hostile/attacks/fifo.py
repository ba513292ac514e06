"""Leaves a FIFO and a device where the grader might read a file -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L4 system calls"
ATTACK = """
import os, stat
try:
    os.mkfifo("results.json")
    print("PWNED")
except PermissionError:
    os.mknod("disk", 0o666 | stat.S_IFBLK, os.makedev(8, 0))
    print("PWNED")
"""
