# Trait: np.cumprod over the flattened scales gives the factor that has piled up.
# Base: plain

def piled_up(n_w, n_initial_input, ns):
    all_scales = np.concatenate([[n_initial_input], np.asarray(ns, dtype=float).ravel(), [n_w]])
    return np.cumprod(all_scales)[-1]


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 127 / np.linalg.norm(activations, ord=np.inf) / piled_up(n_w, n_initial_input, ns)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = piled_up(n_w, n_initial_input, ns)
        return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)
