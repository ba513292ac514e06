"""Returns a dict with the right things in it -> no pair, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a dict"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return {0: result, 1: scale}
""",
}
