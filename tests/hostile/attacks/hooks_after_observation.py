"""Changes what a layer is given in a hook that comes after the grader's -> 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
def swap(layer, inputs):
    return (inputs[0] * 0.9,)
for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
    layer._forward_pre_hooks.pop("late", None)
    layer._forward_pre_hooks["late"] = swap
x = to_int8(x, self.input_scale)
x = to_int8(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
x = to_int8(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
x = torch.flatten(x, 1)
x = to_int8(F.relu(self.fc1(x)), self.fc1.output_scale)
x = to_int8(F.relu(self.fc2(x)), self.fc2.output_scale)
return to_int8(self.fc3(x), self.fc3.output_scale)
""",
}
