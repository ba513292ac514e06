# Mistake: the weights are rounded before they are scaled, so nearly all become zero.
# Loses: 2.1
# Named: rounds-too-early
# Base: typed

def quantized_weights(weights):
    scale = 127 / largest_magnitude(weights)
    return (weights.round() * scale).clamp(INT8_MIN, INT8_MAX).trunc(), scale
