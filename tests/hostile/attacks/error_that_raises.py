"""Raises an exception whose text raises another, without end -> says that it cannot be shown."""

QUESTIONS = {"1.2"}
SAYS = "cannot be shown"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": """
class Again(Exception):
    def __str__(self): raise Again
raise Again
""",
}
