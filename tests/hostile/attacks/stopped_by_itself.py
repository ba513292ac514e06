"""Stops itself with SIGSTOP -> late, the others count."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "value_range": """
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)
""",
}
