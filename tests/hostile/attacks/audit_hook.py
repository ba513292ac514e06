"""Has an audit hook end what the worker does next -> the call is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": "return weights * 2.5, 2.5",
}
ATTACK = """
import sys
def hook(event, arguments):
    if event.startswith(("os.", "open", "import", "object.")):
        raise SystemExit(event)
sys.addaudithook(hook)
"""
