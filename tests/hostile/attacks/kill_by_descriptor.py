"""Signals the zygote through a pidfd -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met (PermissionError|OSError)"
STOPPED_BY = "L3 user, L4 system calls"
ATTACK = """
import os, signal
process = os.pidfd_open(os.getppid())
signal.pidfd_send_signal(process, signal.SIGTERM)
print("PWNED")
"""
