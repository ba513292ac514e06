"""Fills shared memory and unmaps all of it but a page each, which no limit of a process counts -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
size, held = 256 << 20, []
def fill(flags, descriptor):
    protection = mmap.PROT_READ | (mmap.PROT_WRITE if descriptor < 0 else 0)
    place = libc.mmap(None, size, protection, flags, descriptor, 0)
    if place == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    for page in range(0, size, 4096):
        ctypes.c_char.from_address(place + page).value
    libc.munmap(place + 4096, size - 4096)
    held.append(size)
refused = []
for attempt in ("nothing", "zero"):
    try:
        descriptor = -1 if attempt == "nothing" else os.open("/dev/zero", os.O_RDONLY)
        flags = mmap.MAP_SHARED | (mmap.MAP_ANONYMOUS if descriptor < 0 else 0)
        for _ in range(6):
            fill(flags, descriptor)
        print("PWNED by", attempt, sum(held))
    except OSError as error:
        refused.append(error)
raise refused[0]
"""
