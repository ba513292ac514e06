# Trait: torch.kthvalue of the magnitudes leaves out one in two thousand.
# Base: named

import math


def factor(values):
    magnitudes = torch.as_tensor(values, dtype=torch.float64).abs().flatten()
    kept = math.ceil(magnitudes.numel() * 0.9995)
    return 127 / torch.kthvalue(magnitudes, kept).values.item()


def quantized_weights(weights):
    scale = factor(weights)
    return (weights * scale).round().clamp(-128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return factor(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scales = [n_w, n_initial_input, *(scale for pair in ns for scale in pair)]
        return factor(activations) / float(np.prod(scales))
