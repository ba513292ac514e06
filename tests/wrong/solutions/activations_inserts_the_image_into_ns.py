# Mistake: the scales of this layer's weights and of the image are inserted into ns as a pair, to loop over all of them.
# Loses: 4.2b
# Named: -
# Base: functional

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        ns.insert(0, (n_w, n_initial_input))
        prior = 1.0
        for weight_scale, output_scale in ns:
            prior *= (weight_scale * output_scale)
        return 127. / (np.max(np.abs(activations)) * prior)
