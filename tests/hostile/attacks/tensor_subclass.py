"""Returns a tensor whose class answers every torch function with yes -> it does not travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a Liar"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result.as_subclass(Liar), scale
""",
}
BEFORE = """
import torch
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True
    def __eq__(self, other): return True
"""
