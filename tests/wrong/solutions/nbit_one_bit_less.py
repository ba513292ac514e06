# Mistake: the sign is taken off twice: 2 ** (bits - 2) - 1 is the largest integer, and 2 bits have nothing but 0.
# Loses: C.3
# Named: -
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = max(2 ** (bits - 2) - 1, 1) if bits > 3 else 1
    scale = most / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), -most, most), scale
