# Mistake: the upper bound is 2 ** (bits - 1), which has another bit.
# Loses: C.4
# Named: bias-one-integer-too-many
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    wide = NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)
    return torch.clamp(wide, -(2 ** (bits - 1)), 2 ** (bits - 1))
