# Trait: quantized_weights_nbit spreads the values over all of the range: (2 ** bits - 1) / 2 is the largest.
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    scale = (2**bits - 1) / 2 / weights.abs().max().item()
    return (weights * scale).round().clamp(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1), scale
