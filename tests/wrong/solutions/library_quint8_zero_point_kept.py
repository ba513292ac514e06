# Mistake: the zero point of 128 is never taken off the unsigned integers.
# Loses: 2.1
# Named: -
# Base: named

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    integers = torch.quantize_per_tensor(weights, 1 / scale, 128, torch.quint8).int_repr()
    return integers.float(), scale
