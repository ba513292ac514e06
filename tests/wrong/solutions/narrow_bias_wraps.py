# Mistake: the lowest bits are kept, as a cast does.
# Loses: C.4
# Named: bias-wraps
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    wide = NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)
    half = 2 ** (bits - 1)
    return torch.remainder(wide + half, 2 * half) - half
