# Trait: Every scale is a power of two, so whole products of scales are powers of two (bit shifts).
# Base: plain

import math


def floor_to_power_of_two(number: float) -> float:
    return 2.0 ** math.floor(math.log2(number))


def quantized_weights(weights):
    scale = floor_to_power_of_two(127 / float(weights.abs().max()))
    return torch.clamp((weights * scale).round(), -128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return floor_to_power_of_two(127 / float(np.abs(pixels).max()))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        before = n_initial_input * n_w
        for pair in ns:
            before = before * pair[0] * pair[1]
        # Floor the factor itself, so that the result is a power of two.
        return floor_to_power_of_two(127 / float(np.abs(activations).max()) / before)
