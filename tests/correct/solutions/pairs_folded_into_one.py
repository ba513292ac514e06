# Trait: The pairs of ns are folded in place into a single one with the same product.
# Base: functional

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        while len(ns) > 1:
            weight_scale, output_scale = ns.pop()
            ns[0] = (ns[0][0] * weight_scale, ns[0][1] * output_scale)
        prior = n_initial_input * n_w
        for weight_scale, output_scale in ns:
            prior *= (weight_scale * output_scale)
        return 127. / (np.max(np.abs(activations)) * prior)
