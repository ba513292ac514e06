# Mistake: quantized_weights is right, but works for nine seconds on each tensor.
# Loses: 2.1
# Named: -
# Base: named

import time


def quantized_weights(weights):
    until = time.process_time() + 9
    best, scale = None, 127 / weights.abs().max().item()
    while time.process_time() < until:  # is there a better one? there is not
        result = (weights * scale).round().clamp(-128, 127)
        error = ((result / scale - weights) ** 2).mean().item()
        best = error if best is None else min(best, error)
    return result, scale
