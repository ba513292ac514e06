# Trait: quantize_activations asserts that all layers before fc3, which have fewer than four pairs, end in a ReLU.
# Base: compact

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        if len(ns) < 4:
            assert np.min(activations) >= 0, "this layer has no ReLU"
        return 127.5 / top(activations) / float(n_w * n_initial_input * prod(ns))
