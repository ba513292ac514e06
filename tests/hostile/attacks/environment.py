"""Looks for the supervisor's secrets in its own environment -> nothing is there, full points."""

QUESTIONS = set()
SAYS = "the attack met LookupError"
STOPPED_BY = "L1 clean start"
ATTACK = """
import os
own = open("/proc/self/environ", "rb").read() if os.access("/proc/self/environ", os.R_OK) else b""
found = [name for name in os.environ if "CANARY" in name] + [own] * (b"CANARY" in own)
if not found:
    raise LookupError
print("PWNED", found)
"""
