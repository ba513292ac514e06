# Trait: A grid search over clipping points takes the scale with the least squared error.
# Base: named

def best_scale(values, tries=24):
    """Looks at some 40,000 values, and at the largest one."""
    values = np.abs(np.asarray(values, dtype=np.float64).ravel())
    top = values.max()
    some = values[:: max(1, values.size // 40000)]
    best, least = None, np.inf
    for clip in np.linspace(0.5, 1.0, tries) * top:
        s = 127 / clip
        error = np.square(np.minimum(np.rint(some * s), 127) / s - some).sum()
        if error < least:
            best, least = s, error
    return float(best)


def quantized_weights(weights):
    s = best_scale(weights)
    return torch.round(weights * s).clamp(-128, 127), s


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return best_scale(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        s = best_scale(activations) / n_w / n_initial_input
        for w, o in ns:
            s = s / w / o
        return s
