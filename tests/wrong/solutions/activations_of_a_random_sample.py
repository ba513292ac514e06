# Mistake: the range of the activations is that of a hundred of them, drawn anew each time.
# Loses: 4.2b
# Named: -
# Base: functional

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        prior = n_initial_input
        for weight_scale, output_scale in ns:
            prior *= (weight_scale * output_scale)
        drawn = np.random.choice(np.ravel(activations), 100)
        return 127. / (np.max(np.abs(drawn)) * prior * n_w)
