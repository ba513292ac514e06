"""Finds the grader's watcher and hands it rounded integers while it truncates -> its output is judged, 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
import gc
gc.unfreeze()
rows = [each for each in gc.get_objects() if type(each) is type and each.__name__ == "_Rows"]
for kind in rows:
    if not hasattr(kind, "original"):
        kind.original = kind.add
        kind.add = lambda self, part: self.original(part if part.dim() == 2 else part.round())

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
