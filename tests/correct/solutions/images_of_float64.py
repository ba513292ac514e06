# Trait: The weights are returned in float64, and the images are given in float64, too.
# Base: named


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights.double() * scale).round().clamp(-128, 127), scale


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return (bias.double() * carried).round().clamp(-2**31, 2**31 - 1)
