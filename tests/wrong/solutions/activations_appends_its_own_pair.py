# Mistake: the function appends its layer's pair, and the constructor does so as well: each counts twice.
# Loses: 4.2b
# Named: -
# Base: plain

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        output_scale = 127 / (float(np.abs(activations).max()) * total)
        ns.append((n_w, output_scale))
        return output_scale
