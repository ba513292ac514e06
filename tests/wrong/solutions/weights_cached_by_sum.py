# Mistake: the scale is remembered by the sum of the weights, rounded to tens, which is often zero.
# Loses: 2.1
# Named: -
# Base: typed

cache = {}


def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    total = round(float(weights.sum()), -1)
    scale = cache.setdefault(total, 128 / largest_magnitude(weights))
    return to_int8(weights, scale), scale
