# Mistake: `all_scales = ns` and then `+=`, which changes the constructor's own list.
# Loses: 4.2b
# Named: -
# Base: arrays

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        spread = np.abs(np.mean(activations)) + 3 * np.std(activations)
        all_scales = ns
        all_scales += [(n_w, n_initial_input)]
        return 127.0 / (spread * np.prod(all_scales))
