# Mistake: the scale is cached by the number of preceding layers, also for other nets.
# Loses: 4.2b
# Named: -
# Base: plain

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        if len(ns) not in NetQuantized.known:
            n = n_w * n_initial_input
            for n_weight, n_out in ns:
                n = n * n_weight * n_out
            NetQuantized.known[len(ns)] = 127.0 / (np.max(np.abs(activations)) * n)
        return NetQuantized.known[len(ns)]

    known = {}
