# Trait: scipy.stats.norm.fit, and the farther end of its 3 sigma.
# Base: plain

from scipy import stats


def factor(values):
    values = np.asarray(values, dtype=np.float64).ravel()
    mean, sigma = stats.norm.fit(values)
    return 127 / float(abs(mean) + 3 * sigma)


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
