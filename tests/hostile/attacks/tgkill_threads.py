"""Signals threads of the grader with tgkill -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in (@SUPERVISOR@, @ZYGOTE@):
    if libc.tgkill(pid, pid, 0) == 0:
        print("PWNED", pid)
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
