"""Fills the disk with files that it unlinks while they are open -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB"
STOPPED_BY = "session: open files without a name are counted"
ATTACK = """
import os, time
kept = []
for number in range(60):
    file = open(f"file-{number}", "wb", buffering=0)
    os.unlink(f"file-{number}")
    file.write(bytes(60 << 20))
    kept.append(file)
    time.sleep(0.05)
print("PWNED")
time.sleep(60)
"""
