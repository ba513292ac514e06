# Mistake: .int() at the end of quantized_weights, and no cast back to what the layers compute with.
# Loses: 2.2
# Named: -
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = torch.clamp((weights * scale).round(), min=-128, max=127)
    return result.int(), scale
