"""Returns a scale that gives every comparison what it wants to hear -> no number, 4.2a is lost."""

QUESTIONS = {"4.2a"}
SAYS = "is an? Any"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "NetQuantized.quantize_initial_input": """
class Any:
    def __float__(self): return 1.0
    __gt__ = __lt__ = __le__ = __ge__ = __eq__ = lambda self, other: True
    __mul__ = __rmul__ = lambda self, other: other
return Any()
""",
}
