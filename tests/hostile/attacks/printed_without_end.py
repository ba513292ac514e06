"""Prints without end -> late, bounded, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
ATTACK = """
while True:
    print("x" * 1000)
"""
