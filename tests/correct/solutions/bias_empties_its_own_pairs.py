# Trait: quantized_bias pops the pairs from its list, which nobody reads after it.
# Base: powers

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        while ns:
            w, o = ns.pop()
            s *= w * o
        return torch.round(bias * s).clamp(min=-2.0 ** 31, max=2.0 ** 31 - 1)
