"""Refuses to have its methods replaced while the exam's scales are given -> 4.3 is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.3"}
SAYS = "raised (SystemExit|AttributeError)"
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
AFTER = """
class Frozen(type(NetQuantized)):
    def __setattr__(cls, name, value): raise SystemExit(name)
class Cold(NetQuantized, metaclass=Frozen): pass
NetQuantized = Cold
"""
