# Trait: Scales are multiplied by adding their logarithms.
# Base: named

import math


def quantized_weights(weights):
    scale = math.exp(math.log(127) - math.log(weights.abs().max().item()))
    return (weights * scale).round().clamp(-128, 127), scale


def log_of_all(n_w, n_initial_input, ns):
    return math.fsum([math.log(n_w), math.log(n_initial_input),
                      *(math.log(a) + math.log(b) for a, b in ns)])


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return math.exp(math.log(127) - math.log(np.abs(pixels).max()))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        wanted = math.log(127) - math.log(np.abs(activations).max())
        return math.exp(wanted - log_of_all(n_w, n_initial_input, ns))


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = math.exp(log_of_all(n_w, n_initial_input, ns))
        return (bias * scale).round().clamp(-2**31, 2**31 - 1)
