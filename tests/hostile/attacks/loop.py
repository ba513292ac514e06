"""Computes 9 ** 9 ** 9, which no signal handler of Python's can interrupt -> late."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "value_range": """
return float(9 ** 9 ** 9)
""",
}
