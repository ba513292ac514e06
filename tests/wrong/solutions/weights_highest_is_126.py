# Mistake: an upper bound that a range() excludes: the largest weight becomes 126.
# Loses: 2.1
# Named: -
# Base: named

int8 = range(-128, 127)


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round().clamp(int8[0], int8[-1]), scale
