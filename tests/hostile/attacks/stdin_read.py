"""Waits for somebody at the keyboard -> an empty text, full points."""

QUESTIONS = set()
SAYS = r"nobody is there to answer input\(\)"
STOPPED_BY = "stand-ins"
ATTACK = """
import sys
if input("password: ") or sys.stdin.read():
    print("PWNED")
"""
