"""Asks the kernel for addresses, routes and processes over netlink -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls"
ATTACK = """
import socket
for family, protocol in ((socket.AF_NETLINK, 0), (socket.AF_NETLINK, 11), (socket.AF_PACKET, 3), (38, 0), (40, 0)):
    try:
        socket.socket(family, socket.SOCK_RAW, protocol)
        print("PWNED", family)
    except OSError as error:
        refused = error
raise refused
"""
