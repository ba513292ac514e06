"""Exits with status 0 through sys.exit -> an exception as any other."""

QUESTIONS = {"1.2"}
SAYS = "raised SystemExit"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import sys
sys.exit(0)
""",
}
