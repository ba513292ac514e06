"""Returns booleans for integers -> wrong dtype, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a tensor of bool"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result > 0, scale
""",
}
