# Mistake: the scale is that of 8 bits, and the integers are clamped to fewer.
# Loses: C.3
# Named: bits-only-clamped
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    scale = 127 / weights.abs().max().item()
    most = 2 ** (bits - 1) - 1
    return torch.clamp((weights * scale).round(), -most - 1, most), scale
