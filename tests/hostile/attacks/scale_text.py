"""Returns a scale as the text of a spreadsheet formula -> no number, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a str"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result, "=cmd|' /C calc'!A0"
""",
}
