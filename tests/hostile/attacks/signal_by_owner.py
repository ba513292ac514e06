"""Has the kernel signal its parent when a pipe becomes ready (F_SETOWN) -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import fcntl, os
reader, writer = os.pipe()
fcntl.fcntl(reader, fcntl.F_SETOWN, os.getppid())
fcntl.fcntl(reader, fcntl.F_SETSIG, 15)
print("PWNED")
"""
