"""Asks for a process with vfork, clone and clone3 by number -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": (57, 58, 56)}.get(platform.machine(), (220,))
for number in (*numbers, 435):
    pid = libc.syscall(ctypes.c_long(number), 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    if pid > 0:
        print("PWNED", number)
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
