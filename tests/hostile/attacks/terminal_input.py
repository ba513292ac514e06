"""Types commands into the terminal of the grader (TIOCSTI) -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import fcntl, os
for number in range(3):
    try:
        fcntl.ioctl(number, 0x5412, b"x")
        print("PWNED")
    except OSError as error:
        refused = error
        assert error.errno == 1, error
raise refused
"""
