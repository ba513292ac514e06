# Mistake: three variances instead of three standard deviations.
# Loses: 2.1
# Named: weights-clips-much
# Base: plain

def quantized_weights(weights):
    mean, var = weights.mean().item(), weights.var().item()
    scale = 127.0 / (abs(mean) + 3 * var)
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale
