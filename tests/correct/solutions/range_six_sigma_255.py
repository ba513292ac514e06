# Trait: The handout's formula for the three-sigma range, 255 over six sigma.
# Base: named

def scale_for(values): return 255 / three_sigma_range(values)


def quantized_weights(weights):
    s = scale_for(weights)
    return (s * weights).round().clamp(-128, 127), s


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return scale_for(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        k = 1.0
        for w, o in ns:
            k *= w
            k *= o
        return scale_for(activations) / (n_initial_input * k * n_w)
