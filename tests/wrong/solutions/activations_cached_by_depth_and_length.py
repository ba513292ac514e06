# Mistake: the scale is remembered by the number of pairs and of activations, whatever either are.
# Loses: 4.2b
# Named: -
# Base: functional

class NetQuantized:
    cache = {}

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        key = (len(ns), len(activations))
        if key not in NetQuantized.cache:
            prior = n_initial_input * n_w
            for weight_scale, output_scale in ns:
                prior *= (weight_scale * output_scale)
            NetQuantized.cache[key] = 127. / (np.max(np.abs(activations)) * prior)
        return NetQuantized.cache[key]
