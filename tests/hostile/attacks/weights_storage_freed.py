"""Returns a tensor whose storage was taken away -> its process ends or it does not travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
result.untyped_storage().resize_(0)
return result, scale
""",
}
