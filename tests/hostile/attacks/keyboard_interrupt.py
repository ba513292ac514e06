"""Raises KeyboardInterrupt, which only a person may -> an exception as any other."""

QUESTIONS = {"1.2"}
SAYS = "raised KeyboardInterrupt"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
raise KeyboardInterrupt("stop the grader")
""",
}
