# Mistake: the scales are a list of floats.
# Loses: C.5
# Named: -
# Base: challenges
def quantized_weights_per_channel(weights):
    rows = weights.flatten(1)
    scales = [127 / row.abs().max().item() for row in rows]
    integers = torch.stack([(row * scale).round() for row, scale in zip(rows, scales)])
    return torch.clamp(integers, -128, 127).view_as(weights), scales
