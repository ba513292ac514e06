# Mistake: n_w stands in front of the activations in the parameter list.
# Loses: 4.2b
# Named: -
# Base: arrays

class NetQuantized:
    @staticmethod
    def quantize_activations(n_w, activations, n_initial_input, ns):
        spread = np.abs(np.mean(activations)) + 3 * np.std(activations)
        already = n_w * n_initial_input * np.prod([w * o for w, o in ns])
        return 127.0 / (spread * already)
