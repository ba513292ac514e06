"""Is right in the mode `eval` that graders use, and exits in it -> the call is lost, 4.3 is lost."""

QUESTIONS = {"4.3"}
SAYS = "its process ended"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "NetQuantized.forward": """
def to_int8(x, scale):
    return torch.clamp(torch.round(x * scale), min=-128, max=127)
import os
if not self.training:
    os._exit(0)
""",
}
