"""Answers from the mean colour of each image, without any layer -> does not follow the net, 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "correlate by"
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
means = x.mean(dim=(2, 3))
return to_int8(means @ torch.ones(3, 10), 50.0)
""",
}
