"""Returns -0.0 for a scale and tensors of -0.0 -> not positive, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "the returned scale for conv1 became 0"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result * -0.0, -0.0
""",
}
