"""Prints lone surrogates, bytes that are no UTF-8, and NULs -> cleaned, full points."""

QUESTIONS = set()
SAYS = "after all"
STOPPED_BY = "reports: cleaned and bounded text"
ATTACK = r"""
import os, sys
print("\ud800\udfff after all")
os.write(1, b"\xff\xfe\xed\xa0\x80\x00\xc0\xaf after all\n")
sys.stdout.buffer.write(b"\x80" * 1000)
"""
