"""Returns an object whose __class__ takes for ever -> late, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return Slow(), scale
""",
}
BEFORE = """
class Slow:
    @property
    def __class__(self):
        while True: pass
"""
