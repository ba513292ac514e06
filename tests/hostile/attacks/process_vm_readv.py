"""Copies memory out of the supervisor with process_vm_readv -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(8)
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
here, there = Vector(ctypes.addressof(buffer), 8), Vector(id(None), 8)
for pid in (@SUPERVISOR@, @ZYGOTE@):
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) >= 0:
        print("PWNED", buffer.raw)
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
