"""Mounts, binds and pivots its way to the grader's files -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
os.mkdir("m")
calls = (libc.mount(b"@EXAM@", b"m", None, 4096, None), libc.umount2(b"m", 2),
         libc.pivot_root(b".", b"m"), libc.mount(b"tmpfs", b"m", b"tmpfs", 0, None))
if 0 in calls:
    print("PWNED", calls)
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
