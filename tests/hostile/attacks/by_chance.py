"""Draws its scale from the process's randomness and pid -> not repeatable, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "first, .* later"
STOPPED_BY = "checks: the same argument, asked again"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
import os, time
scale *= 1 - (time.time_ns() % 1000) / 5000
return (weights * scale).round(), scale
""",
}
