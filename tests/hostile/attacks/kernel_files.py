"""Reads kernel memory, symbols and logs, and /sys -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L5 files"
ATTACK = """
import os
for path in ("/proc/kcore", "/proc/kallsyms", "/dev/mem", "/dev/kmsg", "/proc/sys/kernel/hostname"):
    try:
        print("PWNED", open(path, "rb").read(10))
    except OSError as error:
        refused = error if isinstance(error, PermissionError) else None
for path in ("/sys", "/sys/class/net", "/sys/fs/cgroup", "/dev"):
    try:
        print("PWNED", os.listdir(path))
    except OSError as error:
        refused = error
raise refused
"""
