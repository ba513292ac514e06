# Mistake: the integers come back as an int8 tensor, which the lab's float net cannot take; nothing casts them.
# Loses: 2.2
# Named: -
# Base: named

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round().clamp(-128, 127).to(torch.int8), scale
