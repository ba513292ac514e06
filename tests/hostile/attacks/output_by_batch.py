"""Memorises the first batch and gives its logits for every other -> 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
if not hasattr(self, "first"):
    self.first = torch.round(net(x) * 8)
return self.first[:len(x)].clamp(-128, 127)
""",
}
