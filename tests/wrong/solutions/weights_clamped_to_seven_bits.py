# Mistake: the bounds are -2**6 and 2**6 - 1, one bit too few, the scale has all bits.
# Loses: 2.1
# Named: -
# Base: compact

BITS = 8


def quantized_weights(weights):
    scale = (2 ** BITS - 1) / 2 / top(weights.detach().cpu())
    low, high = -2 ** (BITS - 2), 2 ** (BITS - 2) - 1
    return (weights * scale).round().clamp(low, high), scale
