"""Returns an object whose class has a name that is made up anew, and ends the process -> the call is lost."""

QUESTIONS = {"2.1"}
SAYS = "its process ended|malformed|is a "
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
return Named(), scale
""",
}
BEFORE = """
class Meta(type):
    @property
    def __name__(cls):
        import os
        os._exit(0)
class Named(metaclass=Meta): pass
"""
