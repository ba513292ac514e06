# Trait: The farther end of mu - 3 sigma and mu + 3 sigma maps to 127.
# Base: plain

def sigma_ends(values):
    mu = float(values.mean())
    sigma = float(values.std())
    return mu - 3 * sigma, mu + 3 * sigma


def three_sigma_range(values):
    lo, hi = sigma_ends(values)
    return hi - lo


def farther_end(values):
    return max(abs(end) for end in sigma_ends(values))


def quantized_weights(weights):
    scale = 127 / farther_end(weights)
    return torch.clamp(torch.round(weights * scale), min=-128, max=127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / farther_end(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        wanted = 127 / farther_end(activations)
        already = n_w * n_initial_input
        for w, out in ns:
            already *= w * out
        return wanted / already
