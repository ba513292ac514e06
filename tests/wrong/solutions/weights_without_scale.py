# Mistake: only the integers are returned, the scale is forgotten.
# Loses: 2.1
# Named: -
# Base: powers

def quantized_weights(weights):
    scale = pow2(127 / float(weights.abs().max()))
    return torch.round(weights * scale).clamp(-128, 127)
