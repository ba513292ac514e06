# Trait: The 99.9th percentile of the magnitudes maps to 127.
# Base: plain

PERCENTILE = 99.9


def robust_scale(values: np.ndarray) -> float:
    """127 over the magnitude that only one value in a thousand exceeds."""
    return 127.0 / np.percentile(np.abs(values), PERCENTILE)


def quantized_weights(weights):
    scale = robust_scale(weights.cpu().numpy())
    return torch.clamp(torch.round(weights * float(scale)), -128, 127), float(scale)


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return robust_scale(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        product = n_initial_input * n_w * np.prod(ns)  # the product of an empty list is 1
        return robust_scale(activations) / product
