"""Sends the images out in the names of a DNS query -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (gaierror|PermissionError|OSError)"
STOPPED_BY = "L4 system calls, L6 namespaces"
ATTACK = """
import socket
print("PWNED", socket.getaddrinfo("localhost", 80), socket.gethostbyname("example.com"))
"""
