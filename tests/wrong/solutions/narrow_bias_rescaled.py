# Mistake: the bias is given a scale of its own, so that it fills the bits.
# Loses: C.4
# Named: -
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    return torch.clamp((bias * most / bias.abs().max()).round(), -most - 1, most)
