# Trait: scipy.stats.mstats.mquantiles of the magnitudes.
# Base: plain

from scipy.stats.mstats import mquantiles


def factor(values):
    magnitudes = np.abs(np.asarray(values, dtype=np.float64)).ravel()
    return 127 / float(mquantiles(magnitudes, [0.9995])[0])


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
