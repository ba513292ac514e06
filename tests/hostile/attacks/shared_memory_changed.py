"""Writes to the memory that the exam's images lie in, for later workers to find -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError|ValueError)"
STOPPED_BY = "shared: memory that workers map is sealed"
ATTACK = """
import mmap, os
refused = ValueError("nothing is shared")
for number in map(int, os.listdir("/proc/self/fd")):
    try:
        if "memfd:exam" not in os.readlink(f"/proc/self/fd/{number}"):
            continue
    except OSError:
        continue
    for act in (
        lambda: os.pwrite(number, bytes(4096), 0),
        lambda: os.ftruncate(number, 0),
        lambda: mmap.mmap(number, 4096, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE),
        lambda: os.pwrite(os.open(f"/proc/self/fd/{number}", os.O_RDWR), bytes(4096), 0),
    ):
        try:
            act()
            print("PWNED")
        except (OSError, ValueError) as error:
            refused = error
raise refused
"""
