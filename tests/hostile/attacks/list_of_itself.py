"""Returns a list that contains itself -> too deep, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a list|the result is"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
pair = [result, scale]
pair[0] = pair
return pair
""",
}
