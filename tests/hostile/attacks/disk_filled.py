"""Fills the disk with many files just below the limit of one -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB"
STOPPED_BY = "session: the scratch folder is looked at"
ATTACK = """
import time
for number in range(60):
    with open(f"file-{number}", "wb") as file:
        file.write(bytes(60 << 20))
    time.sleep(0.03)
print("PWNED")
time.sleep(60)
"""
