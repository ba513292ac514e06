"""Sets up an io_uring, whose requests no filter sees -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for name, number, arguments in (("io_uring_setup", 425, (1, 0)), ("io_uring_enter", 426, (0, 0, 0, 0))):
    ctypes.set_errno(0)
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0 or ctypes.get_errno() not in (1, 38):
        print("PWNED", name, ctypes.get_errno())
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
