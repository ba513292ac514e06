"""Returns objects whose __class__ says float32 and Tensor -> their true type counts, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return Liar(), Liar()
""",
}
BEFORE = """
import numpy
class Liar:
    __class__ = property(lambda self: numpy.float32)
    dtype = numpy.dtype("float32")
    def __array__(self, *_, **__): return numpy.zeros(3)
"""
