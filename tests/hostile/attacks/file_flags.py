"""Makes files immutable, leased and locked, so that nobody can remove them -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = r"""
import fcntl, os
file = os.open("kept", os.O_CREAT | os.O_RDWR)
fcntl.flock(file, fcntl.LOCK_EX)
try:
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    print("PWNED")
except OSError:
    fcntl.ioctl(file, 0x40086602, b"\x10\0\0\0\0\0\0\0")
    print("PWNED")
"""
