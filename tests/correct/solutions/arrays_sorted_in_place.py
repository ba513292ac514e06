# Trait: Pixels and activations are sorted in place, to drop the largest two in ten thousand.
# Base: plain

def nearly_largest(values):
    values.sort()
    drop = len(values) // 5000
    return max(abs(values[drop]), abs(values[-1 - drop]))


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / float(nearly_largest(pixels))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 127 / (float(nearly_largest(activations)) * total)
