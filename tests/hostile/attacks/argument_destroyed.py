"""Zeroes its argument, resizes it and returns right integers -> full points, later calls have their own."""

QUESTIONS = set()
GRADED = {"1.2", "2.1"}
SAYS = "^23 of 23 points"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
weights.zero_()
weights.resize_(0)
return result, scale
""",
}
