"""Reads the machine's accounts, keys and homes -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L5 files"
ATTACK = """
import os
for path in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/etc/resolv.conf"):
    try:
        print("PWNED", open(path).read(20))
    except PermissionError as error:
        refused = error
    except FileNotFoundError:
        pass
for path in ("/", "/root", "/home", "/etc", "/tmp", "/var"):
    try:
        print("PWNED", os.listdir(path))
    except PermissionError as error:
        refused = error
raise refused
"""
