"""Unshares a user namespace to become root in it -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) == 0 or libc.setns(0, 0) == 0:
    print("PWNED")
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
