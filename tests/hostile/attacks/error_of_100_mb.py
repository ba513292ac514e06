"""Raises an exception with a text of 100 MB -> bounded."""

QUESTIONS = {"1.2"}
SAYS = "raised ValueError"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": """
raise ValueError("x" * 100_000_000)
""",
}
