# Mistake: the product is right, but ns is emptied, and the next layer gets none.
# Loses: 4.2b
# Named: -
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        while ns:
            weight, output = ns.pop()
            carried *= weight * output
        return 128 / largest_magnitude(activations) / carried
