# Mistake: the product of the pairs is remembered by n_w, though the pairs may be others.
# Loses: 4.2b
# Named: -
# Base: named

products = {}


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        if float(n_w) not in products:
            carried = n_w * n_initial_input
            for w, o in ns:
                carried *= w * o
            products[float(n_w)] = carried
        return 127 / np.abs(activations).max() / products[float(n_w)]
