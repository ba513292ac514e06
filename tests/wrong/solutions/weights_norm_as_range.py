# Mistake: the L2 norm of the whole tensor is mapped to 127, so most integers stay unused.
# Loses: 2.1
# Named: weights-fills-little
# Base: tensors

def quantized_weights(weights):
    n = highest / torch.norm(weights)
    return torch.clamp(torch.round(weights * n), lowest, highest), n
