# Mistake: 128 / max puts the largest weight on 128 and the clamp lets it pass.
# Loses: 2.1
# Named: never-clamps
# Base: float32

def quantized_weights(weights):
    n_w = np.float32(128) / max_abs(weights)
    integers = torch.round(weights * float(n_w))
    return integers.clamp(min=-128, max=128), n_w
