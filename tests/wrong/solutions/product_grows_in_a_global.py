# Mistake: a global product grows from call to call, whatever ns holds.
# Loses: 4.2b
# Named: -
# Base: typed

class NetQuantized:
    so_far = [1.0]

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        NetQuantized.so_far[0] *= n_w
        scale = 128 / largest_magnitude(activations) / (n_initial_input * NetQuantized.so_far[0])
        NetQuantized.so_far[0] *= scale
        return scale
