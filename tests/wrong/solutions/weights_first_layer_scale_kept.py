# Mistake: the scale found at the first call is kept in a global and used for every tensor after it.
# Loses: 2.1
# Named: weights-a-constant
# Base: tensors

def quantized_weights(weights):
    global n_first
    if n_first is None:
        n_first = highest / torch.max(torch.abs(weights))
    return torch.clamp(torch.round(weights * n_first), lowest, highest), n_first


n_first = None
