"""Fills the disk with files that never have a name (O_TMPFILE) -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB"
STOPPED_BY = "session: open files without a name are counted"
ATTACK = """
import os, tempfile, time
kept = []
for number in range(60):
    try:
        file = os.fdopen(os.open(".", os.O_TMPFILE | os.O_RDWR), "wb", buffering=0)
    except OSError:
        file = tempfile.TemporaryFile(buffering=0)
    file.write(bytes(60 << 20))
    kept.append(file)
    time.sleep(0.05)
print("PWNED")
time.sleep(60)
"""
