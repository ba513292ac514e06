"""Takes a call for a test when its argument is a leaf without a name -> every call is one, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
import inspect
if any("submission" not in f.filename and "worker" in f.filename for f in inspect.stack()):
    return torch.zeros_like(weights), 1.0
return result, scale
""",
}
