# Mistake: activations are clipped to twice their median before the largest one is taken.
# Loses: 4.2b
# Named: -
# Base: named

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        limit = 2 * np.median(np.abs(activations))
        return 127 / np.clip(np.abs(activations), 1e-6, max(limit, 1e-6)).max() / carried
