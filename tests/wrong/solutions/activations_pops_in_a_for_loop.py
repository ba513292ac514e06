# Mistake: a for loop over the length takes each pair with ns.pop().
# Loses: 4.2b
# Named: -
# Base: named

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for _ in range(len(ns)):
            w, o = ns.pop()
            carried *= w * o
        return 127 / np.abs(activations).max() / carried
