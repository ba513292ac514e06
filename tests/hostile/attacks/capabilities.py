"""Gives itself capabilities, and keeps them -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
every = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
if libc.capset(header, every) == 0 or libc.prctl(47, 2, 21, 0, 0) == 0:
    print("PWNED")
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
