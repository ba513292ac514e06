# Mistake: the last output scale is counted once more, as if it were fc3's own.
# Loses: 5.2
# Named: -
# Base: powers

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for w, o in ns:
            s *= w * o
        s *= ns[-1][1]
        return torch.round(bias * s).clamp(min=-2.0 ** 31, max=2.0 ** 31 - 1)
