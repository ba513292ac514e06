"""Hides a float bias behind integers that are right -> judged by what is returned, 5.2 is lost."""

QUESTIONS = {"5.2"}
GRADED = {"1.2", "5.2"}
SAYS = "Got: "
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
BODIES = {
    "NetQuantizedWithBias.quantized_bias": """
class Bias(torch.Tensor):
    def round(self): return self
    def __ne__(self, other): return torch.zeros(len(self), dtype=torch.bool)
return bias.as_subclass(Bias)
""",
}
