# Mistake: the factor is remembered by the number of pairs, which is always four.
# Loses: 5.2
# Named: -
# Base: named

factors = {}


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        carried = factors.setdefault(len(ns), carried)
        return (bias * carried).round().clamp(-2**31, 2**31 - 1)
