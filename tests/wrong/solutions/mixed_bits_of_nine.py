# Mistake: LAYER_BITS gives a layer more bits than there are.
# Loses: C.3
# Named: -
# Base: challenges
LAYER_BITS = {"conv1": 9, "conv2": 5, "fc1": 4, "fc2": 5, "fc3": 6}


def quantized_weights_nbit(weights, bits):
    bits = min(bits, 8)
    if bits < 2:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    scale = most / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), -most - 1, most), scale
