"""Returns an object with shape, dim and len of its own -> no tensor, 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
class Logits(torch.Tensor):
    def __len__(self): return 4
    shape = property(lambda self: torch.Size([4, 10]))
return torch.zeros(1).as_subclass(Logits)
""",
}
