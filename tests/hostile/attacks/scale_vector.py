"""Returns one scale for each channel -> not one number, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a tensor of float32, 6"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result, torch.full((6,), scale)
""",
}
