# Mistake: 1 bit and 16 bits are answered like all others.
# Loses: C.3
# Named: -
# Base: challenges
def quantized_weights_nbit(weights, bits):
    most = max(2 ** (bits - 1) - 1, 1) if bits > 0 else 1
    scale = most / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), -most - 1, most), scale
