"""Raises a class with a metaclass whose __name__ ends the process -> the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its process ended|malformed"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
import os
class Meta(type):
    @property
    def __name__(cls): os._exit(0)
class Forged(Exception, metaclass=Meta): pass
raise Forged("x")
""",
}
