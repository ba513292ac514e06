"""Raises a class whose __name__ is an object that pretends to be text -> the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its process|malformed|raised "
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
class Text:
    def __getitem__(self, _): return {"score": 100}
class Meta(type):
    __name__ = property(lambda cls: Text())
class Forged(Exception, metaclass=Meta): pass
raise Forged("x")
""",
}
