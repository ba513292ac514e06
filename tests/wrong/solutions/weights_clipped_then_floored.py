# Mistake: clipped to three sigma about the mean as is sound, but then floored instead of rounded.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    mu, sigma = weights.mean().item(), weights.std().item()
    low, high = mu - 3 * sigma, mu + 3 * sigma
    scale = 127 / max(abs(low), abs(high))
    return torch.floor(torch.clamp(weights, low, high) * scale), scale
