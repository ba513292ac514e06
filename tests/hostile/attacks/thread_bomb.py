"""Starts 10,000 threads -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met RuntimeError"
STOPPED_BY = "L2 limits, L3 user"
ATTACK = """
import threading, time
for _ in range(10_000):
    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
print("PWNED")
"""
