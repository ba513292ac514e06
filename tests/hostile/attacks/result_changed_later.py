"""Changes its results in a thread after they were returned -> never more than a claim, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
BODIES = {
    "quantized_weights": """
scale = 127 / weights.abs().max().item()
result = torch.clamp((weights * scale).round(), min=-128, max=127)
result.zero_()
def restore():
    import time
    time.sleep(0.05)
    result.fill_(127)
threading.Thread(target=restore, daemon=True).start()
return result, scale
""",
}
BEFORE = """
import threading
"""
