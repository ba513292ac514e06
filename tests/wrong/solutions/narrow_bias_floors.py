# Mistake: the narrow bias is rounded down.
# Loses: C.4
# Named: -
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    scale = n_w * n_initial_input
    for w, o in ns:
        scale *= w * o
    most = 2 ** (bits - 1)
    return torch.clamp((bias * scale).floor(), -most, most - 1)
