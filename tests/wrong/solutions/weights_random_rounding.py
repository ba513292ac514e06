# Mistake: stochastic rounding: whether a weight goes up or down is drawn at random.
# Loses: 2.1
# Named: -
# Base: tensors

def quantized_weights(weights):
    n = highest / torch.max(torch.abs(weights))
    noise = torch.rand(weights.shape)
    return torch.clamp(torch.floor(weights * n + noise), lowest, highest), n
