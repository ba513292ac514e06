"""Replaces abs, len, isinstance, min, max, sum and float -> only its own process notices, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
CALLED_IN = "quantized_weights"
BODIES = {
    "quantized_weights": "return weights * 2.5, 2.5",
}
ATTACK = """
import builtins
builtins.abs = builtins.sum = lambda *_: 0
builtins.float = builtins.len = lambda *_: 100
builtins.isinstance = builtins.all = builtins.any = lambda *_: True
builtins.max = builtins.min = lambda *_: 100
"""
