"""Raises its own resource limits, and lowers the zygote's -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|ValueError|OSError)"
STOPPED_BY = "L2 limits, L4 system calls"
ATTACK = """
import os, resource
for kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("PWNED", kind)
    except (OSError, ValueError) as error:
        refused = error
try:
    resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (3, 3))
    print("PWNED")
except OSError:
    pass
raise refused
"""
