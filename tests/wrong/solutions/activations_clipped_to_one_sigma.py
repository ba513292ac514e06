# Mistake: activations are clipped to one sigma about their mean before the largest one is taken.
# Loses: 4.2b
# Named: -
# Base: named

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        mu, sigma = activations.mean(), activations.std()
        return 127 / np.abs(np.clip(activations, mu - sigma, mu + sigma)).max() / carried
