"""Returns a Fraction for a scale -> no number that travels, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a Fraction"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
from fractions import Fraction
return result, Fraction(scale)
""",
}
