"""Returns a complex scale and complex integers -> no real numbers, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "complex"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result.to(torch.complex64), torch.tensor(scale + 0j)
""",
}
