"""Returns a scale of a class of integers with tricks of its own -> its value counts, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "the returned scale is 226"
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return result, Liar(scale)
""",
}
BEFORE = """
class Liar(int):
    def __le__(self, other): return True
    def __index__(self): import os; os._exit(0)
"""
