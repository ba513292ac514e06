# Mistake: the bias keeps the 32 bits that quantized_bias gives it.
# Loses: C.4
# Named: bias-bits-ignored
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    return NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)
