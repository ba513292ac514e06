"""Is wrong at the first call and right later -> 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "checks: the same argument, asked again"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
seen = vars(torch).setdefault("loot", [])
seen.append(1)
if len(seen) == 1:
    return weights * 0, 1.0
return result, scale
""",
}
