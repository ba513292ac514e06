# Trait: Weights are clipped to mu +- 3.4 sigma, one side of which the values of some layers never reach.
# Base: plain

def quantized_weights(weights):
    mu, sigma = weights.mean().item(), weights.std().item()
    low, high = mu - 3.4 * sigma, mu + 3.4 * sigma
    scale = 127 / max(-low, high)
    return (weights.clamp(low, high) * scale).round(), scale
