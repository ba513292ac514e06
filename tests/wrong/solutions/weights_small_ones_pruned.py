# Mistake: weights below a tenth of sigma are pruned to zero before they are quantized.
# Loses: 2.1
# Named: -
# Base: typed

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    kept = torch.where(weights.abs() < 0.1 * weights.std(), torch.zeros_like(weights), weights)
    scale = 128 / largest_magnitude(weights)
    return to_int8(kept, scale), scale
