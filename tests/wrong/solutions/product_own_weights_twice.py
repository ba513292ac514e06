# Mistake: n_w is multiplied in twice.
# Loses: 4.2b
# Named: -
# Base: powers

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        peak = max(activations.max(), -activations.min()) * n_w
        for w, o in ns:
            peak = peak * w * o
        return pow2(127 / (peak * n_w * n_initial_input))
