# Trait: a Laplace distribution is fitted with SciPy, and its far quantile maps to 127.
# Base: named

from scipy.stats import laplace


def factor(values):
    values = np.asarray(values, dtype=np.float64).ravel()
    centre, width = laplace.fit(values)
    far = max(laplace.ppf(0.999, centre, width), -laplace.ppf(0.001, centre, width))
    return 127 / min(float(far), float(np.abs(values).max()))


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
