# Trait: ns is reversed in place, which changes the constructor's list but none of its products.
# Base: plain

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        ns.reverse()
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 127 / (float(np.abs(activations).max()) * total)
