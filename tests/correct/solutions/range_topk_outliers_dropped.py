# Trait: The scale ignores the largest 0.02 percent of the magnitudes, found with a partition.
# Base: plain

def largest_without_outliers(values):
    flat = np.abs(np.asarray(values)).reshape(-1)
    drop = flat.size // 5000
    return float(np.partition(flat, flat.size - 1 - drop)[flat.size - 1 - drop])


def quantized_weights(weights):
    scale = 127.0 / largest_without_outliers(weights)
    return torch.clamp((weights * scale).round(), min=-128, max=127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127.0 / largest_without_outliers(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        in_scale = n_initial_input
        for n_prev_w, n_prev_out in ns:
            in_scale = in_scale * n_prev_w * n_prev_out   # scale of what enters this layer
        return 127.0 / (largest_without_outliers(activations) * in_scale * n_w)
