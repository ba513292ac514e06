# Trait: Convolutions' weights use three sigma, linear ones the maximum; early activations a percentile.
# Base: named

def quantized_weights(weights):
    if weights.dim() == 4:
        reach = 3 * weights.std().item()
    else:
        reach = weights.abs().max().item()
    return (weights * (127 / reach)).round().clamp(-128, 127), 127 / reach


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.quantile(np.abs(pixels), 0.9995)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        mags = np.abs(activations)
        # many values in the first layers, so that a quantile means something there
        reach = np.quantile(mags, 0.9995) if len(ns) < 2 else mags.max()
        for w, o in ns:
            reach *= w * o
        return 127 / (reach * n_w * n_initial_input)
