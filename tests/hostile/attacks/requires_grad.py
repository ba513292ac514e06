"""Returns a tensor that is part of a graph with a hostile hook -> detached, full points."""

QUESTIONS = set()
GRADED = {"1.2", "2.1"}
SAYS = "^23 of 23 points"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
result = result.clone().requires_grad_()
result.register_hook(lambda grad: 1 / 0)
return result * 1, scale
""",
}
