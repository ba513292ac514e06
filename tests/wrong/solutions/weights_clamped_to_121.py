# Mistake: 11 squared, 121, is taken for the highest integer in the clamp and not in the scale.
# Loses: 2.1
# Named: -
# Base: tensors

def quantized_weights(weights):
    n = highest / weights.abs().max()
    return torch.clamp(torch.round(weights * n), -11**2, 11**2), n
