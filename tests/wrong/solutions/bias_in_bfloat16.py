# Mistake: the rounded bias passes through bfloat16, of whose bits 8 are left.
# Loses: 5.2
# Named: -
# Base: compact

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        integers = (bias * float(n_w * n_initial_input * prod(ns))).round().clamp(-2**31, 2**31 - 1)
        return integers.bfloat16().float()
