# Mistake: the middle between minimum and maximum is moved to zero before scaling.
# Loses: 2.1
# Named: zero-point
# Base: typed

def quantized_weights(weights):
    centred = weights - (weights.max() + weights.min()) / 2
    scale = 127 / largest_magnitude(centred)
    return to_int8(centred, scale), scale
