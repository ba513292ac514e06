# Trait: torch.quantize_per_channel with the same step for every channel.
# Base: float32

def quantized_weights(weights):
    n_w = np.float32(127) / max_abs(weights)
    channels = weights.shape[0]
    steps = torch.full((channels,), 1 / float(n_w), dtype=torch.float64)
    points = torch.zeros(channels, dtype=torch.int64)
    integers = torch.quantize_per_channel(weights, steps, points, 0, torch.qint8)
    return integers.int_repr().float(), n_w
