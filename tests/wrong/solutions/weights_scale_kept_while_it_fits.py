# Mistake: the scale of another tensor of the shape is kept as long as it roughly fits.
# Loses: 2.1
# Named: -
# Base: typed

_scales = {}  # one entry per layer


def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    key = tuple(weights.shape)
    peak = largest_magnitude(weights)
    if key not in _scales or not 64 < peak * _scales[key] < 180:
        _scales[key] = 127 / peak
    return to_int8(weights, _scales[key]), _scales[key]
