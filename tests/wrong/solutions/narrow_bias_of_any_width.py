# Mistake: 1 bit and 33 bits are answered like all others.
# Loses: C.4
# Named: -
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    wide = NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)
    most = 2.0 ** (bits - 1)
    return torch.clamp(wide, min=-most, max=most - 1)
