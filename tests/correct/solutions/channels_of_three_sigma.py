# Trait: quantized_weights_per_channel takes three sigma about zero for the range of each channel.
# Base: challenges
def quantized_weights_per_channel(weights):
    rows = weights.flatten(1)
    scales = 127 / (3 * rows.pow(2).mean(dim=1).sqrt())
    return (rows * scales[:, None]).round().clamp(-128, 127).view_as(weights), scales
