"""Calls the layers as asked, for whoever watches, and answers with something else -> 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
h = to_int8(x, self.input_scale)
h = to_int8(self.pool(F.relu(self.conv1(h))), self.conv1.output_scale)
h = to_int8(self.pool(F.relu(self.conv2(h))), self.conv2.output_scale)
h = torch.flatten(h, 1)
h = to_int8(F.relu(self.fc1(h)), self.fc1.output_scale)
h = to_int8(F.relu(self.fc2(h)), self.fc2.output_scale)
return self.fc3(h) * 0 + torch.round(self.fc3(h * 1.01) * self.fc3.output_scale).clamp(-128, 127)
""",
}
