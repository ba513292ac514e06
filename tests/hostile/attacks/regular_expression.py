"""Matches a regular expression in exponential time -> late."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "value_range": """
import re
return float(len(re.findall("(a+)+$", "a" * 64 + "b")))
""",
}
