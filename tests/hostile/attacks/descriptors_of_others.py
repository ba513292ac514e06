"""Opens the supervisor's pipes and files through /proc/PID/fd -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|FileNotFoundError)"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os
for pid in ("@SUPERVISOR@", "@ZYGOTE@", str(os.getppid())):
    try:
        print("PWNED", os.listdir(f"/proc/{pid}/fd"))
    except OSError as error:
        refused = error
    for number in range(20):
        try:
            open(f"/proc/{pid}/fd/{number}", "r+b", buffering=0)
            print("PWNED")
        except OSError as error:
            refused = error
raise refused
"""
