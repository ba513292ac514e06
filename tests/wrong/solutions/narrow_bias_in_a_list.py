# Mistake: the quantized bias is a list of Python's integers.
# Loses: C.4
# Named: -
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    wide = NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)
    most = 2 ** (bits - 1)
    return [int(x) for x in torch.clamp(wide, -most, most - 1)]
