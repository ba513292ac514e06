# Mistake: a round number, 100, is where the integers are clamped, though the largest weight is at 127.
# Loses: 2.1
# Named: -
# Base: named

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round().clamp(-100, 100), scale
