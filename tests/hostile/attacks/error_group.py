"""Raises a group of 100,000 exceptions -> bounded."""

QUESTIONS = {"1.2"}
SAYS = "raised ExceptionGroup"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": """
raise ExceptionGroup("many", [ValueError("x" * 100)] * 100_000)
""",
}
