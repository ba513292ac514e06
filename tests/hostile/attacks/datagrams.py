"""Sends datagrams, which Landlock does not see -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls, L6 namespaces"
ATTACK = """
import socket
for family, kind in ((socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET6, socket.SOCK_DGRAM),
                     (socket.AF_INET, socket.SOCK_RAW)):
    try:
        socket.socket(family, kind).sendto(b"loot", ("127.0.0.1", 9))
        print("PWNED")
    except OSError as error:
        refused = error
raise refused
"""
