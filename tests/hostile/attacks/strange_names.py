"""Leaves files whose names hold newlines, escapes, bytes that are no UTF-8 and leading dashes -> removed, full points."""

QUESTIONS = set()
SAYS = "the attack went through"
STOPPED_BY = "scratch: removed whatever was put in"
ATTACK = r"""
import os
for name in (b"\x1b[2J", b"a\nb", b"\xff\xfe", b"-rf", b"*", b"n" * 255, " ".encode(), "\u202e".encode()):
    open(name, "w").close()
    os.mkdir(name + b"d" if len(name) < 255 else b"d")
"""
