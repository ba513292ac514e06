# Trait: quantized_bias_nbit multiplies in float64 and clamps to -(2 ** (bits - 1) - 1).
# Base: challenges
def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    factor = float(n_w) * float(n_initial_input) * float(np.prod([float(w) * float(o) for w, o in ns]))
    most = 2 ** (bits - 1) - 1
    return torch.clamp((bias.double() * factor).round(), -most, most).long()
