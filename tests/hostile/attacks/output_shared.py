"""Returns the same tensor each time and rewrites it at the next batch -> copied in time, wrong as it was, 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
if not hasattr(self, "out") or len(self.out) != len(x):
    self.out = torch.zeros(len(x), 10)
self.out.copy_(to_int8(net(x), 1.0))
return self.out
""",
}
