"""Reads every process's command line, for a seed or a path -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L5 files"
ATTACK = """
import os
for pid in ("@SUPERVISOR@", "@ZYGOTE@", "1"):
    for name in ("cmdline", "status", "stat", "comm", "maps", "cwd"):
        try:
            print("PWNED", name, open(f"/proc/{pid}/{name}").read(100))
        except OSError as error:
            refused = error
try:
    print("PWNED", os.listdir("/proc"))
except OSError:
    pass
raise refused
"""
