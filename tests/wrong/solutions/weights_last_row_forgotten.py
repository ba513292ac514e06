# Mistake: the loop over the output channels ends one too early, so that the last one stays zero.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = torch.zeros_like(weights)
    for channel in range(weights.shape[0] - 1):
        result[channel] = torch.clamp((weights[channel] * scale).round(), -128, 127)
    return result, scale
