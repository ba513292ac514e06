"""Computes with a float net and makes integers of its logits -> not the steps of the quantized net, 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
logits = net(x)
return torch.clamp(torch.round(logits * 8), min=-128, max=127)
""",
}
