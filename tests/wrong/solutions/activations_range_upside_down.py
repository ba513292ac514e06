# Mistake: range / 127 is divided by the preceding scales.
# Loses: 4.2b
# Named: activations-returns-inverse, -
# Base: powers

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scale = max(activations.max(), -activations.min()) / 127
        for w, o in ns:
            scale = scale / (w * o)
        return scale / (n_w * n_initial_input)
