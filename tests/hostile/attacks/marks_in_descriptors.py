"""Leaves a mark in the position and the flags of open files, for the next process to find -> each has its own, full points."""

QUESTIONS = set()
SAYS = "the attack went through its motions"
STOPPED_BY = "L1 clean start"
CALLED_IN = "quantized_weights"
GRADED = {"2.1", "4.2a", "5.2"}
ATTACK = """
import fcntl, os
mark = 0x5EC2E7
for number in range(256):
    try:
        if os.lseek(number, 0, os.SEEK_CUR) == mark:
            print("PWNED by the position of", number)
        os.lseek(number, mark, os.SEEK_SET)
    except OSError:
        pass
    try:
        flags = fcntl.fcntl(number, fcntl.F_GETFL)
        if number not in (1, 2) and flags & os.O_APPEND:
            print("PWNED by the flags of", number)
        fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_APPEND)
    except OSError:
        pass
    try:
        before = os.fstat(number).st_mtime_ns
        os.utime(number)
        if number > 2 and os.fstat(number).st_mtime_ns != before:
            print("PWNED by the time of", number)
    except OSError:
        pass
"""
