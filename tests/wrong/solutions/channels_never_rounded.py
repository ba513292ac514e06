# Mistake: the weights are scaled and stay fractions.
# Loses: C.5
# Named: -
# Base: challenges
def quantized_weights_per_channel(weights):
    shape = (-1,) + (1,) * (weights.dim() - 1)
    scales = 127 / torch.amax(weights.abs(), dim=tuple(range(1, weights.dim())))
    return torch.clamp(weights * scales.view(shape), -128, 127), scales
