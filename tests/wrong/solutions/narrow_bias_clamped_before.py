# Mistake: the float bias is clamped to the bounds before it is scaled.
# Loses: C.4
# Named: -
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    most = 2 ** (bits - 1)
    bias = torch.clamp(bias, -most, most - 1)
    return NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)
