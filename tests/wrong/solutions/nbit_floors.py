# Mistake: the integers are rounded down.
# Loses: C.3
# Named: -
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    scale = most / weights.abs().max().item()
    return torch.clamp((weights * scale).floor(), -most - 1, most), scale
