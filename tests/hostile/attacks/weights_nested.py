"""Returns a nested tensor, of no shape -> it does not travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "(is an? |raised |malformed)"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return torch.nested.nested_tensor([result, result]), scale
""",
}
