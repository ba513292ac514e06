"""Returns a NumPy array whose class equals everything -> it does not travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a Liar"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result.numpy().view(Liar), scale
""",
}
BEFORE = """
import numpy
class Liar(numpy.ndarray):
    def __eq__(self, other): return True
    def __array_ufunc__(self, *_, **__): return True
"""
