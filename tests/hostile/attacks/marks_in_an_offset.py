"""Moves the exam's open memory and changes its flags, for the next process to see -> each has its own, full points."""

QUESTIONS = set()
SAYS = "the attack went through its motions"
STOPPED_BY = "shared: memory that workers map is sealed"
ATTACK = """
import fcntl, os
for fd in map(int, os.listdir("/proc/self/fd")):
    try:
        if "memfd:exam" not in os.readlink(f"/proc/self/fd/{fd}"):
            continue
    except OSError:
        continue
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    if os.lseek(fd, 0, os.SEEK_CUR) or flags & os.O_NONBLOCK:
        print("PWNED")
    os.lseek(fd, 290, os.SEEK_SET)
    fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
"""
