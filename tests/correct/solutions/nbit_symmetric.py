# Trait: quantized_weights_nbit clamps to plus and minus 2 ** (bits - 1) - 1.
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    scale = most / weights.abs().max().item()
    return (weights * scale).round().clamp(-most, most), scale
