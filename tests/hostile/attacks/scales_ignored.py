"""Computes scales of its own instead of those that it is given -> 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
def own(x):
    return to_int8(x, 127 / x.abs().max().item())
x = own(x)
x = own(self.pool(F.relu(self.conv1(x))))
x = own(self.pool(F.relu(self.conv2(x))))
x = torch.flatten(x, 1)
x = own(F.relu(self.fc1(x)))
x = own(F.relu(self.fc2(x)))
return own(self.fc3(x))
""",
}
