"""Returns a tensor of torch's own quantized type -> it does not travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "quantized tensor"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return torch.quantize_per_tensor(result, 1.0, 0, torch.qint8), scale
""",
}
