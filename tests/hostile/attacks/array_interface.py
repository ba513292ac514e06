"""Returns an object that claims to be memory at address 0 -> it does not travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is a Memory"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return Memory(), scale
""",
}
BEFORE = """
class Memory:
    __array_interface__ = {"shape": (450,), "typestr": "<f4", "data": (8, False), "version": 3}
"""
