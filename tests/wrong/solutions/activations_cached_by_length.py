# Mistake: the range of activations is remembered by how many there are.
# Loses: 4.2b
# Named: -
# Base: plain

ranges = {}


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        if activations.size not in ranges:
            ranges[activations.size] = float(np.abs(activations).max())
        return 127 / (ranges[activations.size] * total)
