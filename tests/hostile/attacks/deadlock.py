"""Waits for a lock that it holds, in a thread that nobody can interrupt -> late."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "value_range": """
import threading
lock = threading.Lock()
lock.acquire()
lock.acquire()
""",
}
