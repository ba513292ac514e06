"""Maps memory without end -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (OSError|MemoryError|PermissionError)"
STOPPED_BY = "L2 limits"
ATTACK = """
import mmap
keep = [mmap.mmap(-1, 1 << 28, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for _ in range(64)]
print("PWNED")
"""
