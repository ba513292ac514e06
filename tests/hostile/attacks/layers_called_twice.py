"""Calls each layer once with integers and once with floats, and goes on with the floats -> 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
def both(layer, x):
    layer(to_int8(x, 1.0))
    return F.conv2d(x, layer.weight) if x.dim() == 4 else F.linear(x, layer.weight)
x = x * self.input_scale
x = self.pool(F.relu(both(self.conv1, x))) * self.conv1.output_scale
x = self.pool(F.relu(both(self.conv2, x))) * self.conv2.output_scale
x = torch.flatten(x, 1)
x = F.relu(both(self.fc1, x)) * self.fc1.output_scale
x = F.relu(both(self.fc2, x)) * self.fc2.output_scale
return to_int8(both(self.fc3, x), self.fc3.output_scale)
""",
}
