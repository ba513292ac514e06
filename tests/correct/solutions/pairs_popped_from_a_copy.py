# Trait: A copy of ns is emptied with pop, and the constructor's list stays as it is.
# Base: named

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        rest, carried = list(ns), n_w * n_initial_input
        while rest:
            w, o = rest.pop()
            carried *= w * o
        return 127 / np.abs(activations).max() / carried
