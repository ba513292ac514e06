"""The student's own look while at work: the check in a notebook, answered by a fresh process.

A notebook's kernel imports `notebook` alone, and with it no other room.
"""
