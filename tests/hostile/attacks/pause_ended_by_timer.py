"""Has a timer send SIGCONT again and again, to go on where the grader has it stand still -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
event = (ctypes.c_char * 64)()
ctypes.memmove(ctypes.addressof(event) + 8, ctypes.byref(ctypes.c_int(signal.SIGCONT)), 4)
made = ctypes.c_int()
number = 222 if os.uname().machine == "x86_64" else 107
if libc.syscall(number, 1, event, ctypes.byref(made)) < 0:
    raise OSError(ctypes.get_errno(), "no timer")
print("PWNED")
"""
