# Mistake: one sigma about the mean: a third of the weights is clipped.
# Loses: 2.1
# Named: -
# Base: typed

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    center, sigma = float(weights.mean()), float(weights.std())
    clipped = weights.clamp(center - sigma, center + sigma)
    scale = 128 / largest_magnitude(clipped)
    return to_int8(clipped, scale), scale
