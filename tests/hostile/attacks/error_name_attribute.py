"""Raises a NameError whose attribute `name` runs code -> the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "raised |its process"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import os
class Named(NameError):
    @property
    def name(self): os._exit(0)
raise Named("x")
""",
}
