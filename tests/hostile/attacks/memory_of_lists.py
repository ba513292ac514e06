"""Grows lists and texts without end -> MemoryError, full points."""

QUESTIONS = set()
SAYS = "the attack met MemoryError"
STOPPED_BY = "L2 limits"
ATTACK = """
keep = [b""]
while len(keep) < 40:
    keep.append(bytearray(1 << 27))
print("PWNED")
"""
