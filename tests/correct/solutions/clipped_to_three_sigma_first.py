# Trait: Weights, pixels and activations are clipped to mu +- 3 sigma, and 127 over the larger bound is the scale.
# Base: plain

def bounds(values):
    mu, sigma = float(values.mean()), float(values.std())
    return mu - 3 * sigma, mu + 3 * sigma


def quantized_weights(weights):
    low, high = bounds(weights)
    weights = torch.clamp(weights, low, high)
    scale = 127 / max(abs(low), abs(high))
    return (weights * scale).round(), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        low, high = bounds(pixels)
        return 127 / max(-low, high)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        low, high = bounds(activations)
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 127 / (max(-low, high) * total)
