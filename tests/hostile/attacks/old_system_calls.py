"""Calls the kernel through the 32-bit gate, where numbers mean other calls -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "signal 31"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
code.write(bytes.fromhex("b814000000cd80c3"))
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
print("PWNED", ctypes.CFUNCTYPE(ctypes.c_int)(address)())
"""
