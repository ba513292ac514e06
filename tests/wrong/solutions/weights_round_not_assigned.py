# Mistake: result.round() is called but what it returns is thrown away.
# Loses: 2.1
# Named: never-rounds
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = weights * scale
    result.round()
    return torch.clamp(result, min=-128, max=127), scale
