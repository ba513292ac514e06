"""Raises an exception whose text ends the process -> the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its process ended with exit status 0"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import os
class Exit(Exception):
    def __str__(self): os._exit(0)
raise Exit
""",
}
