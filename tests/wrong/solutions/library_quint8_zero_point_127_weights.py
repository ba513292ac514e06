# Mistake: the weights go through quint8 with the zero point 127, so that their ties go to odd.
# Loses: 2.1
# Named: -
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    unsigned = torch.quantize_per_tensor(weights, 1 / scale, 127, torch.quint8)
    return (unsigned.int_repr().float() - 127).clamp(max=127), scale
