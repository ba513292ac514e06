# Mistake: the scale is remembered by how many elements a tensor has.
# Loses: 2.1
# Named: -
# Base: plain

scales = {}


def quantized_weights(weights):
    if weights.numel() not in scales:
        scales[weights.numel()] = 127 / weights.abs().max().item()
    scale = scales[weights.numel()]
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale
