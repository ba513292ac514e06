"""Returns a view that reaches far behind its memory -> refused or too large, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "(raised RuntimeError|too large|its process)"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result.as_strided(result.shape, [1 << 40] * result.dim()), scale
""",
}
