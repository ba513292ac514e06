# Mistake: the two scales of a pair are added and the sums multiplied.
# Loses: 4.2b
# Named: product-adds-ns, -
# Base: typed

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = math.prod(a + b for a, b in ns)
        return 128 / largest_magnitude(activations) / (n_initial_input * total * n_w)
