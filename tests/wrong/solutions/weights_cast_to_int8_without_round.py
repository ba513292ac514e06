# Mistake: clamped first and then cast to int8, which drops the fraction.
# Loses: 2.1
# Named: truncates
# Base: compact

def quantized_weights(weights):
    scale = 127.5 / top(weights.detach().cpu())
    return (weights * scale).clamp(-128, 127).to(torch.int8).float(), scale
