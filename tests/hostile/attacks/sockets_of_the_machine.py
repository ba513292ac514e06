"""Reads the machine's open ports from /proc/net -> its own network is empty, full points."""

QUESTIONS = set()
SAYS = "the attack met LookupError"
STOPPED_BY = "L6 namespaces"
OPEN_WITHOUT = "namespaces"
ATTACK = """
for name in ("tcp", "tcp6", "udp", "unix"):
    try:
        lines = open(f"/proc/self/net/{name}").read().splitlines()[1:]
    except OSError:
        continue
    if lines:
        print("PWNED", name, lines[:2])
raise LookupError
"""
