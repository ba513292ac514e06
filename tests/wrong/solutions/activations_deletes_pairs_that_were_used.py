# Mistake: `del ns[0]` in a while loop, as if the list were a queue of the function's own.
# Loses: 4.2b
# Named: -
# Base: powers

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        peak = max(activations.max(), -activations.min()) * n_w * n_initial_input
        while len(ns) > 0:
            peak = peak * ns[0][0] * ns[0][1]
            del ns[0]
        return pow2(127 / peak)
