# Mistake: one bit too few: the limits are -2**30 and 2**30 - 1.
# Loses: 5.2
# Named: -
# Base: arrays

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factor = float(n_w * n_initial_input * np.prod([w * o for w, o in ns]))
        return (bias * factor).round().clamp(-(2 ** 30), 2 ** 30 - 1)
