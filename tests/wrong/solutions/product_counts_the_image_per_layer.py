# Mistake: n_initial_input is multiplied in once for every preceding layer.
# Loses: 4.2b
# Named: -
# Base: plain

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= n_initial_input * w_scale * out_scale
        return 127 / (float(abs(activations).max()) * total)
