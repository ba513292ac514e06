"""Turns the one kind of socket it may have into a connection -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls, L6 namespaces"
ATTACK = r"""
import socket
one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
try:
    one.sendto(b"loot", "\0quantization-grader")
    print("PWNED")
except OSError:
    one.connect("\0quantization-grader")
    print("PWNED")
"""
