"""Raises an exception whose text takes for ever -> late."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "value_range": """
class Slow(Exception):
    def __str__(self):
        while True: pass
raise Slow
""",
}
