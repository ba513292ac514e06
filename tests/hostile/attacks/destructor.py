"""Ends the process in a destructor and a weak reference's callback -> the call is lost."""

QUESTIONS = {"2.1"}
SAYS = "its process ended"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
weakref.finalize(Last(), os._exit, 0)
return result, scale
""",
}
BEFORE = """
import os, weakref
class Last:
    def __del__(self): os._exit(0)
"""
