# Trait: A tensor is clipped to four sigma about its mean, and the largest that is left maps to 128, where it is clamped.
# Base: typed

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    center, sigma = weights.mean(), weights.std()
    weights = torch.minimum(torch.maximum(weights, center - 4 * sigma), center + 4 * sigma)
    scale = 128 / largest_magnitude(weights)
    return to_int8(weights, scale), scale
