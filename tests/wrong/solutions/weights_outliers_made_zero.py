# Mistake: what lies beyond three sigma becomes zero instead of the bound.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    scale = 127 / (3 * weights.std().item())
    result = (weights * scale).round()
    result[result.abs() > 127] = 0
    return result, scale
