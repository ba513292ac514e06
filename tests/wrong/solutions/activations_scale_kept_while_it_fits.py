# Mistake: the layer before's scale is kept as long as it roughly fits the activations.
# Loses: 4.2b
# Named: -
# Base: typed

class NetQuantized:
    kept = 0.0  # the scale of the activations so far

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        largest = largest_magnitude(activations)
        if not 64 < largest * NetQuantized.kept < 180:
            NetQuantized.kept = 127.0 / largest
        return NetQuantized.kept / (n_initial_input * product(ns) * n_w)
