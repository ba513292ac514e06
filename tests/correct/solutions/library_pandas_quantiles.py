# Trait: The quantile of a pandas Series, and a DataFrame that keeps every scale; Colab has both.
# Base: plain

import pandas as pd

KEPT = pd.DataFrame(columns=["what", "scale"])


def factor(values, what):
    magnitudes = pd.Series(np.asarray(values, dtype=np.float64).ravel()).abs()
    KEPT.loc[len(KEPT)] = [what, 127 / magnitudes.quantile(0.9995)]
    return KEPT["scale"].iloc[-1]


def quantized_weights(weights):
    scale = factor(weights, "weights")
    return (weights * scale).round().clamp(-128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return factor(pixels, "input")

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scales = [n_w, n_initial_input, *(scale for pair in ns for scale in pair)]
        return factor(activations, "activations") / float(np.prod(scales))
