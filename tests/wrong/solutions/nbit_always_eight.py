# Mistake: the argument `bits` is checked and never used.
# Loses: C.3
# Named: bits-ignored
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    scale = 127 / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), -128, 127), scale
