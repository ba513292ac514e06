"""Returns an infinite scale -> not finite, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "the returned scale for conv1 is inf"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result, float("inf")
""",
}
