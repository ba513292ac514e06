# Trait: Three standard deviations map to 127, for weights, pixels and activations.
# Base: plain

def quantized_weights(weights):
    scale = 127 / (3 * torch.std(weights).item())
    return (weights * scale).round().clamp(-128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return float(127 / (3 * np.std(pixels)))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scale = 127 / (3 * np.std(activations))
        scale /= n_initial_input
        for prev_w, prev_out in ns:
            scale /= prev_w
            scale /= prev_out
        scale /= n_w
        return float(scale)
