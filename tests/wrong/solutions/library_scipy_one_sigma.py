# Mistake: scipy.stats.norm.interval is asked for 68 per cent, and the rest of the weights is cut off.
# Loses: 2.1
# Named: weights-clips-much
# Base: named

from scipy.stats import norm


def quantized_weights(weights):
    low, high = norm.interval(0.68, weights.mean().item(), weights.std().item())
    scale = 127 / float(max(-low, high))
    return (weights * scale).round().clamp(-128, 127), scale
