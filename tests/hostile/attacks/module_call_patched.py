"""Replaces nn.Module.__call__, so that hooks see nothing or zeros -> seen in the net's output, 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
nn.Module.__call__ = lambda self, *a, **k: self.forward(*a, **k)
nn.Module._call_impl = nn.Module.__call__

def cut(x, scale):
    return torch.clamp(torch.trunc(x * scale), min=-128, max=127)
x = cut(x, self.input_scale)
x = cut(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
x = cut(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
x = torch.flatten(x, 1)
x = cut(F.relu(self.fc1(x)), self.fc1.output_scale)
x = cut(F.relu(self.fc2(x)), self.fc2.output_scale)
return cut(self.fc3(x), self.fc3.output_scale)
""",
}
