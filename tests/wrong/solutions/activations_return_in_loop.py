# Mistake: return is indented into the loop: None for the first layer, else only one pair.
# Loses: 4.2b
# Named: -
# Base: powers

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        peak = max(activations.max(), -activations.min()) * n_w * n_initial_input
        for w, o in ns:
            peak = peak * w * o
            return pow2(127 / peak)
