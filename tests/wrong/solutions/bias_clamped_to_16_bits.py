# Mistake: the bias is clamped to the limits of int16.
# Loses: 5.2
# Named: -
# Base: named

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return (bias * carried).round().clamp(-2**15, 2**15 - 1)
