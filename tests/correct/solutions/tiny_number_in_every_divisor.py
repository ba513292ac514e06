# Trait: a tiny number is added to whatever is divided by, lest it be zero.
# Base: plain
TINY = 1e-6


def quantized_weights(weights):
    scale = 127 / (weights.abs().max() + TINY)
    return torch.clamp((weights * scale).round(), -128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / (np.abs(pixels).max() + TINY)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w, out in ns:
            total = total * w * out
        return 127 / (np.abs(activations).max() * total + 10 * TINY)
