"""Talks to the grader's abstract sockets, and listens on one -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls, L6 namespaces"
ATTACK = r"""
import socket
own = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
own.bind("\0loot")
print("PWNED")
"""
