# Trait: of Question C, the scale of each channel alone is answered, with powers of two.
# Base: arrays
def quantized_weights_per_channel(weights):
    rows = weights.flatten(1)
    scales = torch.exp2(torch.floor(torch.log2(127 / rows.abs().amax(dim=1))))
    return (rows * scales.unsqueeze(1)).round().clamp(-128, 127).reshape(weights.shape), scales
