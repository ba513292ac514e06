"""Attaches to its parent with ptrace -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(0x4206, os.getppid(), 0, 0) == 0 or libc.ptrace(16, @SUPERVISOR@, 0, 0) == 0:
    print("PWNED")
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
