# Trait: quantized_weights_nbit searches the range with the smallest squared error.
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    best, least = None, float("inf")
    for part in np.linspace(0.3, 1, 15):
        scale = most / (part * weights.abs().max().item())
        integers = (weights * scale).round().clamp(-most - 1, most)
        error = ((integers / scale - weights) ** 2).sum().item()
        if error < least:
            best, least = (integers, scale), error
    return best
