# Mistake: a helper under lru_cache takes the shape as its only argument and the tensor from a global.
# Loses: 2.1
# Named: -
# Base: named

from functools import lru_cache


@lru_cache(maxsize=None)
def scale_for(shape):
    return 127 / current.abs().max().item()


def quantized_weights(weights):
    global current
    current = weights
    scale = scale_for(tuple(weights.shape))
    return (weights * scale).round().clamp(-128, 127), scale
