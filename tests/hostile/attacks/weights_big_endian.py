"""Returns an array of the other byte order -> an array is no tensor, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is an array of float32"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result.numpy().astype(">f4"), scale
""",
}
