"""Recurses in C until the stack ends -> the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "signal 11|raised RecursionError|MemoryError"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import sys
sys.setrecursionlimit(10**9)
class Deep:
    def __getattr__(self, name): return getattr(self, name + "x"[:0])
return Deep().x
""",
}
