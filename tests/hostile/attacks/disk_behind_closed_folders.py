"""Fills the disk in folders that nobody can list, itself included -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB|folders that cannot be looked into"
STOPPED_BY = "session: what cannot be looked into counts as full"
ATTACK = """
import os, time
os.umask(0)
os.mkdir("closed", 0o300)
for number in range(60):
    with open(f"closed/file-{number}", "wb", buffering=0) as file:
        file.write(bytes(60 << 20))
    time.sleep(0.05)
print("PWNED")
time.sleep(60)
"""
