"""Returns a tuple whose own length and iterator lie -> only what is in it counts, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "checks: a claim counts after its kind, shape, dtype and finiteness"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return Pair([result * 0, 1.0])
""",
}
BEFORE = """
class Pair(tuple):
    def __iter__(self): return iter([100, 100])
    def __len__(self): raise SystemExit
    def __getitem__(self, _): import os; os._exit(0)
"""
