"""Is right at the first call of each shape and constant later -> not repeatable, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "first, .* later|became"
STOPPED_BY = "checks: the same argument, asked again"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
if weights.shape in seen:
    scale = scale / 3
    result = (weights * scale).round()
seen.add(weights.shape)
return result, scale
""",
}
BEFORE = """
seen = set()
"""
