"""Ends its process with status 0, as if all were done -> the call is lost, the others count."""

QUESTIONS = {"1.2"}
SAYS = "its process ended with exit status 0"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import os
os._exit(0)
""",
}
