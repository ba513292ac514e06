# Mistake: each input channel has a scale, which no sum can be rid of.
# Loses: C.5
# Named: -
# Base: challenges
def quantized_weights_per_channel(weights):
    shape = (1, -1) + (1,) * (weights.dim() - 2)
    others = (0,) + tuple(range(2, weights.dim()))
    scales = 127 / torch.amax(weights.abs(), dim=others)
    return torch.clamp((weights * scales.view(shape)).round(), -128, 127), scales
