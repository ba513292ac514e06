"""Returns an object that runs code where it is unpickled -> it does not travel, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "is an? Evil"
STOPPED_BY = "wire: plain values, never an object"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return Evil(), scale
""",
}
BEFORE = """
class Evil:
    def __reduce__(self):
        return (open, ("/tmp/loot", "w"))
"""
