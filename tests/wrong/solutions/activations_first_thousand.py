# Mistake: the range of the activations is that of the first thousand values.
# Loses: 4.2b
# Named: -
# Base: named

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return 127 / np.abs(activations[:1000]).max() / carried
