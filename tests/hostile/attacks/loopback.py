"""Connects to services on this machine -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L4 system calls, L6 namespaces"
ATTACK = """
import socket
for port in (22, 80, 631, 5432, 8080, 8888):
    try:
        socket.create_connection(("127.0.0.1", port), 0.2)
        print("PWNED", port)
    except ConnectionRefusedError:
        print("PWNED", "it was asked")
    except OSError as error:
        refused = error
raise refused
"""
