"""Puts a seccomp filter with a listener on itself, to answer its own calls -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for name, number, arguments in (("seccomp", 317, (1, 8, 0)), ("personality", 135, (0x0040000,))):
    ctypes.set_errno(0)
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0 or ctypes.get_errno() not in (1, 38):
        print("PWNED", name, ctypes.get_errno())
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
