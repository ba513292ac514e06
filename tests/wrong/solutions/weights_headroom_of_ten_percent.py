# Mistake: the clamp keeps a tenth of the range free, 0.9 * 127 rounded.
# Loses: 2.1
# Named: -
# Base: named

HEADROOM = 0.9


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    limit = round(HEADROOM * 127)
    return (weights * scale).round().clamp(-limit, limit), scale
