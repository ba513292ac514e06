"""Makes links to folders without end, each of 4 KiB, which only the disk's own pace removes -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L4 system calls"
ATTACK = """
import os
for number in range(80_000):
    os.symlink("./" * 2000, f"link-{number}")
print("PWNED")
"""
