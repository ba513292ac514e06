"""Leaves a program that runs as its owner, for anybody to start -> removed with its folder, full points."""

QUESTIONS = set()
SAYS = "the attack (went through|met)"
STOPPED_BY = "scratch: removed whatever was put in"
ATTACK = r"""
import os
open("loot.sh", "w").write("#!/bin/sh\n")
os.chmod(".", 0o777)
os.chmod("loot.sh", 0o6777)
"""
