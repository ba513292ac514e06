"""Shares memory with later workers through shm_open and shmget -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls, L5 files"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(290, 4096, 0o1666) >= 0:
    print("PWNED")
from multiprocessing import shared_memory
print("PWNED", shared_memory.SharedMemory("loot", create=True, size=4096).name)
"""
