# Trait: numpy.quantile of both tails, of which the wider one counts.
# Base: named

from numpy import quantile


def factor(values):
    low, high = quantile(np.asarray(values, dtype=np.float64), [0.0005, 0.9995])
    return 127 / float(max(-low, high))


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
