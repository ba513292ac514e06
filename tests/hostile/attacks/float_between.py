"""Keeps floats between the layers and rounds the logits alone -> 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
x = x * self.input_scale
for layer in (self.conv1, self.conv2):
    x = self.pool(F.relu(F.conv2d(x, layer.weight))) * layer.output_scale
x = torch.flatten(x, 1)
for layer in (self.fc1, self.fc2):
    x = F.relu(F.linear(x, layer.weight)) * layer.output_scale
return to_int8(F.linear(x, self.fc3.weight), self.fc3.output_scale)
""",
}
