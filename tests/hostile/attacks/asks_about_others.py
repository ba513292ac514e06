"""Asks the system which other processes there are -> refused or told nothing, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import os
others = [int("@SUPERVISOR@"), int("@ZYGOTE@"), os.getppid(), 1]
errors = []
for pid in others:
    for act in (
        lambda: os.getsid(pid),
        lambda: os.getpgid(pid),
        lambda: os.getpriority(os.PRIO_PROCESS, pid),
        lambda: os.getpriority(os.PRIO_USER, 0),
        lambda: os.sched_getaffinity(pid),
        lambda: os.kill(pid, 0),
    ):
        try:
            act()
            print("PWNED")
        except OSError as error:
            errors.append(error)
# That there is no such process must look like one that there is.
if os.sched_getscheduler(others[0]) != os.sched_getscheduler(1 << 21):
    print("PWNED")
raise errors[0]
"""
