# Trait: Power-of-two scales come from exponents (frexp, ldexp) that are added as integers.
# Base: named

import math


def exponent(number):
    """The largest e with 2**e <= number."""
    return math.frexp(number)[1] - 1


def quantized_weights(weights):
    shift = exponent(127 / weights.abs().max().item())
    integers = torch.ldexp(weights, torch.tensor(shift)).round().clamp(-128, 127)
    return integers, math.ldexp(1.0, shift)


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return math.ldexp(1.0, exponent(127 / np.abs(pixels).max()))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w, o in ns:
            total *= w * o
        return math.ldexp(1.0, exponent(127 / np.abs(activations).max() / total))
