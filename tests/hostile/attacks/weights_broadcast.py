"""Returns one element, which broadcasts to every shape -> wrong shape, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "the first part of the result is a tensor of float32, 1"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result.reshape(-1)[:1], scale
""",
}
