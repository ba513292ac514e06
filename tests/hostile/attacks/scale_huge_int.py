"""Returns an integer of a million digits for a scale -> too large to travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "an int that is too large"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result, 10 ** 1_000_000
""",
}
