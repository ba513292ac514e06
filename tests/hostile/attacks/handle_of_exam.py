"""Opens the exam by file handle, past every folder above it -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
handle = (ctypes.c_ubyte * 136)(128)
mount = ctypes.c_int()
if libc.name_to_handle_at(-100, b"@EXAM@", handle, ctypes.byref(mount), 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
print("PWNED")
"""
