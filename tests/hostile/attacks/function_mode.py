"""Leaves a mode on that answers every torch function -> only its own process notices, 2.1 is lost."""

QUESTIONS = {"2.1"}
GRADED = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
return (weights * scale).round(), scale
""",
}
ATTACK = """
from torch.overrides import TorchFunctionMode
class Yes(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        if "round" in str(function):
            function = torch.trunc
            args = args[:1]
        return function(*args, **(kwargs or {}))
import torch
Yes().__enter__()
"""
