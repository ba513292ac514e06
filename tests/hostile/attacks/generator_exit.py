"""Raises GeneratorExit and StopIteration into the worker -> an exception as any other."""

QUESTIONS = {"1.2"}
SAYS = "raised (GeneratorExit|StopIteration)"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
raise GeneratorExit
""",
}
