# Mistake: the factor is returned and not the bias.
# Loses: 5.2
# Named: -
# Base: compact

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return float(n_w * n_initial_input * prod(ns))
