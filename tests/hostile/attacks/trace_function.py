"""Traces and profiles the worker's own functions and returns from them with errors -> the call is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "session: a process may die, its answer may not be believed"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": "return weights * 2.5, 2.5",
}
ATTACK = """
import sys
def trace(frame, event, argument):
    if frame.f_code.co_name in ("claim", "_send", "pack"):
        raise SystemExit("traced")
    return trace
sys.settrace(trace)
sys.setprofile(trace)
"""
