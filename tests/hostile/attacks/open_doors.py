"""Climbs from an inherited descriptor of the packages' folder up to the grader -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|NotADirectoryError)"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
import os
refused = None
for name in os.listdir("/proc/self/fd"):
    for up in ("..", "../..", "../../..", "../../../..", "../../../../..", "../../../../../.."):
        for down in ("", "/grader/oracle.py", "/etc/passwd"):
            try:
                found = os.open(up + down, os.O_RDONLY, dir_fd=int(name))
                if down.endswith(("py", "passwd")) or {"grader", "etc", "root"} & set(os.listdir(found)):
                    print("PWNED", os.fstat(found).st_ino)
            except PermissionError as error:
                refused = error
            except OSError as error:
                refused = refused or error
raise refused
"""
