# Mistake: min() instead of max() between the two ends, so the longer end is clipped.
# Loses: 2.1
# Named: weights-clips-much
# Base: typed

def quantized_weights(weights):
    low, high = abs(float(weights.min())), abs(float(weights.max()))
    scale = 127 / min(low, high, 0.25 * max(low, high))
    return to_int8(weights, scale), scale
