# Mistake: the largest integer is 2 ** (bits - 1), one too many.
# Loses: C.3
# Named: one-integer-too-many
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1)
    scale = most / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), -most, most), scale
