# Trait: Everything is clipped to the band from the 0.05th to the 99.95th percentile, weights before they are scaled.
# Base: named

def band(values):
    low, high = np.percentile(np.asarray(values, dtype=np.float64), [0.05, 99.95])
    return float(low), float(high)


def quantized_weights(weights):
    low, high = band(weights)
    scale = 127 / max(abs(low), abs(high))
    return (weights.clamp(low, high) * scale).round().clamp(-128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / max(map(abs, band(pixels)))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return 127 / max(map(abs, band(activations))) / carried
