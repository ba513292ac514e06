# Trait: scipy.optimize.brute tries clipping points and finishes with Nelder and Mead's simplex.
# Base: named

from scipy.optimize import brute, fmin


def factor(values):
    magnitudes = np.abs(np.asarray(values, dtype=np.float64)).ravel()
    sample, peak = magnitudes[:: 1 + magnitudes.size // 5000], magnitudes.max()

    def loss(share):
        step = peak * float(np.ravel(share)[0]) / 127
        return float(np.mean((np.clip(np.rint(sample / step), 0, 127) * step - sample) ** 2))

    found = brute(loss, [slice(0.6, 1.01, 0.05)], finish=fmin, disp=False)
    return 127 / (peak * min(1.0, float(np.ravel(found)[0])))


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
