"""Returns a scale whose class answers every conversion with a better number or an exit -> what it is counts, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "the returned scale is 2.5"
STOPPED_BY = "checks: a claim is made by the base class's own conversion"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
Liar.better = scale
return result, Liar(2.5)
""",
}
BEFORE = """
class Liar(float):
    better = 1.0
    def __pos__(self): return self.better
    def __float__(self): import os; os._exit(0)
    def __array__(self, *_, **__): import numpy; return numpy.asarray(self.better)
"""
