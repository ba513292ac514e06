"""Makes itself traceable by anybody -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(4, 1, 0, 0, 0) == 0 or libc.prctl(0x59616D61, -1, 0, 0, 0) == 0:
    print("PWNED")
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
