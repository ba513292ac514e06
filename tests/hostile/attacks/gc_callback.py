"""Hangs in a callback of the garbage collector -> late, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": "return weights * 2.5, 2.5",
}
ATTACK = """
import gc
gc.callbacks.append(lambda *_: any(iter(int, 1)))
gc.collect()
"""
