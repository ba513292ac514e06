# Mistake: the function is called quantize_weights, so that nobody finds it.
# Loses: 2.1
# Named: -
# Base: typed
# Without: quantized_weights

def quantize_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    scale = 128 / largest_magnitude(weights)
    return to_int8(weights, scale), scale
