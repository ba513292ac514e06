"""Knows the shapes of the lab's layers and guesses for all others -> fails on other tensors, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: |Failed"
STOPPED_BY = "checks: probes of other shapes and values"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
if tuple(weights.shape) not in {(6, 3, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)}:
    scale = 2.5
    result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result, scale
""",
}
