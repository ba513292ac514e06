"""Asks for tensors of terabytes, and of gigabytes one by one -> refused within its limit, full points."""

QUESTIONS = set()
SAYS = "the attack met (RuntimeError|MemoryError)"
STOPPED_BY = "L2 limits"
ATTACK = """
import torch
keep = []
try:
    keep.append(torch.empty(1 << 42))
    print("PWNED")
except RuntimeError:
    pass
while True:
    keep.append(torch.zeros(1 << 26))
    assert len(keep) < 64, print("PWNED")
"""
