"""Reserves the disk instead of writing to it, all at once -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB"
STOPPED_BY = "L4 system calls: no reservation; session: the scratch folder is looked at"
ATTACK = """
import os, time
kept = []
began = time.monotonic()
for number in range(200):
    descriptor = os.open(f"file-{number}", os.O_RDWR | os.O_CREAT)
    os.unlink(f"file-{number}")
    os.posix_fallocate(descriptor, 0, 60 << 20)
    kept.append(descriptor)
print("PWNED")
time.sleep(60)
"""
