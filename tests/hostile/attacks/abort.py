"""Aborts, hoping for a core dump of the forked secrets -> the call is lost, no core is left."""

QUESTIONS = {"1.2"}
SAYS = "signal 6"
STOPPED_BY = "L2 limits"
BODIES = {
    "value_range": """
import os, resource
try:
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
except (OSError, ValueError):
    pass
os.abort()
""",
}
