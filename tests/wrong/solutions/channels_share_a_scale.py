# Mistake: the scale of the whole tensor is repeated for every channel.
# Loses: C.5
# Named: one-scale-for-all-channels
# Base: challenges
def quantized_weights_per_channel(weights):
    scale = 127 / weights.abs().max()
    scales = scale.repeat(weights.shape[0])
    return torch.clamp((weights * scale).round(), -128, 127), scales
