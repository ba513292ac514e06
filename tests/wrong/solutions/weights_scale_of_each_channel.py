# Mistake: every output channel has a scale of its own, so there is no single n_W.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    peaks = weights.flatten(1).abs().max(dim=1).values
    scale = 127 / peaks.view(-1, *[1] * (weights.dim() - 1))
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale
