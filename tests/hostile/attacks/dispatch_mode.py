"""Leaves a dispatch mode on beneath all tensors -> only its own process notices, what rounds there is lost."""

QUESTIONS = {"2.1"}
GRADED = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
BODIES = {
    "quantized_weights": """
from torch.utils._python_dispatch import TorchDispatchMode
class Floor(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function is torch.ops.aten.round.default:
            function = torch.ops.aten.floor.default
        return function(*args, **(kwargs or {}))
Floor().__enter__()
scale = 127 / weights.abs().max().item()
return (weights * scale).round(), scale
""",
}
