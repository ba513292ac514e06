# Mistake: weights are clipped to three sigma first, and the scale of the full range is returned.
# Loses: C.3
# Named: -
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    scale = most / (3 * weights.std().item())
    return torch.clamp((weights * scale).round(), -most - 1, most), most / weights.abs().max().item()
