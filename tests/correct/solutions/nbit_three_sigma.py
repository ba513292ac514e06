# Trait: quantized_weights_nbit takes three sigma for the range, as the handout suggests, and returns int8.
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    scale = most / (3 * weights.std().item())
    return (weights * scale).round().clamp(-most - 1, most), scale
