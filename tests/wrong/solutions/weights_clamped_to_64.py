# Mistake: scaled by 127 / max and then clamped to 64 on both sides: half of the range is cut off.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = (weights * scale).round()
    return torch.clamp(result, min=-64, max=64), scale
