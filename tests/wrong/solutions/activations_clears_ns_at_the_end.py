# Mistake: ns is tidied up with clear() before the scale is returned, so that all layers but one lack pairs.
# Loses: 4.2b
# Named: -
# Base: plain

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        ns.clear()
        return 127 / (float(np.abs(activations).max()) * total)
