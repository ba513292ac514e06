"""Returns a view of one number that pretends to hold 2^40 -> too large, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "tensor that is too large"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result.reshape(-1)[:1].expand(1 << 40), scale
""",
}
