# Mistake: values beyond the range are brought back with a modulo of 256.
# Loses: 2.1
# Named: wraps-around
# Base: tensors

def quantized_weights(weights):
    n = highest / (torch.mean(weights).abs() + 3 * torch.std(weights))
    q = torch.round(weights * n)
    return (q + 128) % 256 - 128, n
