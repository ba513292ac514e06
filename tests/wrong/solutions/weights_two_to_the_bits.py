# Mistake: 2 ** bits - 1 levels are put on one side of zero, the weights are clipped at half.
# Loses: 2.1
# Named: weights-doubles-the-range, weights-clips-much
# Base: compact

def quantized_weights(weights):
    bits = 8
    levels = 2 ** bits - 1
    scale = levels / top(weights.detach().cpu())
    integers = (weights * scale).round().clamp(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return integers, scale
