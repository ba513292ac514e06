"""Answers with an equation of a megabyte -> too long, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
AFTER = """
Q4_1A = "In + " * 200_000 + "In = In"
"""
