"""Returns a scale of a class of floats that equal everything -> its value counts, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "the returned scale is 2.5"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result, Liar(2.5)
""",
}
BEFORE = """
class Liar(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __truediv__ = __sub__
"""
