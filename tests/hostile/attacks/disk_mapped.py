"""Fills the disk with files that it maps, closes and unlinks -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB"
STOPPED_BY = "session: mapped files without a name are counted"
ATTACK = """
import mmap, os, time
kept = []
for number in range(60):
    with open(f"file-{number}", "wb+", buffering=0) as file:
        file.write(bytes(60 << 20))
        kept.append(mmap.mmap(file.fileno(), 4096))
        # mmap keeps a descriptor of its own: it goes, too.
    for descriptor in range(3, 256):
        try:
            if f"file-{number}" in os.readlink(f"/proc/self/fd/{descriptor}"):
                os.close(descriptor)
        except OSError:
            pass
    os.unlink(f"file-{number}")
    time.sleep(0.05)
print("PWNED")
time.sleep(60)
"""
