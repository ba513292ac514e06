"""Raises a chain of 100,000 exceptions that goes in a circle -> bounded."""

QUESTIONS = {"1.2"}
SAYS = "raised ValueError"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": """
first = error = ValueError("first")
for number in range(100_000):
    error.__context__ = ValueError(number)
    error = error.__context__
error.__cause__ = first
raise first
""",
}
