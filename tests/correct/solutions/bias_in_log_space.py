# Trait: The factor of the bias is the exponential of a sum of logarithms, off by a digit of float64.
# Base: named

import math


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = math.exp(math.log(n_w) + math.log(n_initial_input)
                         + sum(math.log(a) + math.log(b) for a, b in ns))
        return (bias.double() * scale).round().clamp(-2**31, 2**31 - 1).float()
