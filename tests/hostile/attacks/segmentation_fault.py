"""Reads address 0 -> the call is lost, the others count."""

QUESTIONS = {"1.2"}
SAYS = "signal 11"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import ctypes
ctypes.string_at(0)
""",
}
