"""Leaves a key in a kernel keyring for the next worker -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for name, number, arguments in (("add_key", 248, (b"user", b"loot", b"x", 1, -4)), ("keyctl", 250, (0, -4, 1))):
    ctypes.set_errno(0)
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0 or ctypes.get_errno() not in (1, 38):
        print("PWNED", name, ctypes.get_errno())
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
