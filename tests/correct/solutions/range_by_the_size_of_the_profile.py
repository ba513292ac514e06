# Trait: A percentile is the range of a profile of more than ten thousand values, the maximum that of a smaller one.
# Base: plain

def magnitude(values):
    values = np.abs(values)
    return float(np.percentile(values, 99.95) if values.size > 10_000 else values.max())


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / magnitude(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 127 / (magnitude(activations) * total)
