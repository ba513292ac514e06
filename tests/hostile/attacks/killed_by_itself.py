"""Kills itself with SIGKILL, as the memory killer would -> the call is lost, the others count."""

QUESTIONS = {"1.2"}
SAYS = "signal 9"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import os
os.kill(os.getpid(), 9)
""",
}
