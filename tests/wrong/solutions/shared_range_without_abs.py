# Mistake: the helper for the largest value has no abs, for weights, pixels and outputs.
# Loses: 2.1, 4.2a, 4.2b
# Named: weights-maximum-without-abs, input-maximum-without-abs, activations-maximum-without-abs
# Base: float32

def max_abs(values):
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    return np.float32(values.max())
