# Mistake: some headroom is left: clamped to 110 in a range that the scale uses up to 127.
# Loses: 2.1
# Named: -
# Base: float32

def quantized_weights(weights):
    n_w = np.float32(127) / max_abs(weights)
    integers = torch.round(weights * float(n_w))
    return integers.clamp(min=-110, max=110), n_w
