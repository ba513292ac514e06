# Mistake: the clamp goes from -128 to 120, a typing error for 127.
# Loses: 2.1
# Named: -
# Base: typed

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    scale = 128 / largest_magnitude(weights)
    return torch.round(weights * scale).clamp(INT8_MIN, 120), scale
