# Mistake: the float weights are clamped, and scaled only after that.
# Loses: 2.1
# Named: never-clamps
# Base: plain

def quantized_weights(weights):
    scale = 127 / (weights.abs().mean() + 3 * weights.std()).item()
    result = torch.clamp(weights, min=-128, max=127)
    return (result * scale).round(), scale
