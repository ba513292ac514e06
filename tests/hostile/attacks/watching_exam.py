"""Watches the results folder with inotify and fanotify -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.fanotify_init(0, 0) >= 0 or libc.inotify_init1(0) >= 0:
    print("PWNED")
raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
