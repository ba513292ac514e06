# Trait: torch.aminmax gives both ends, numpy.nextafter nudges the larger one outwards.
# Base: plain

from numpy import nextafter


def factor(values):
    ends = torch.aminmax(torch.as_tensor(values, dtype=torch.float64))
    return 127 / float(nextafter(max(-ends.min.item(), ends.max.item()), np.inf))


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
