# Mistake: the layer's own pair is appended to the caller's ns.
# Loses: 4.2b
# Named: -
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        ns.append((n_w, n_initial_input))
        return 128 / largest_magnitude(activations) / product(ns)
