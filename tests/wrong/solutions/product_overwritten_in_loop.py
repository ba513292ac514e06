# Mistake: `=` in place of `*=`: each turn of the loop forgets the one before.
# Loses: 4.2b
# Named: product-only-the-last-of-ns
# Base: powers

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        peak = max(activations.max(), -activations.min())
        chain = 1.0
        for w, o in ns:
            chain = w * o
        return pow2(127 / (peak * chain * n_w * n_initial_input))
