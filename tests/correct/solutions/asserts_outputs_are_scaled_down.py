# Trait: quantize_activations asserts that a layer's sums are scaled down, never up.
# Base: functional

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        prior = n_initial_input * n_w
        for weight_scale, output_scale in ns:
            prior *= (weight_scale * output_scale)
        scale = 127. / (np.max(np.abs(activations)) * prior)
        assert 0 < scale < 1, "sums of int8 products are larger than int8"
        return scale
