# Mistake: a search for the largest scale that never ends, since the factor is 1.
# Loses: 2.1
# Named: -
# Base: float32

def quantized_weights(weights):
    n_w = 1.0
    while float(max_abs(weights)) * n_w < 127:
        n_w *= 1
    return torch.round(weights * n_w).clamp(min=-128, max=127), n_w
