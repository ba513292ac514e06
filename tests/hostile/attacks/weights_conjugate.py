"""Returns lazily conjugated and negated views -> resolved, still complex, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "complex"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return torch._neg_view(torch.conj(result.to(torch.complex64))), scale
""",
}
