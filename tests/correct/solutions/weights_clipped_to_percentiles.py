# Trait: The weights are clipped to their 0.05th and 99.95th percentiles before the farther of the two maps to 127.
# Base: plain

def quantized_weights(weights):
    ends = torch.tensor([0.0005, 0.9995], dtype=weights.dtype)
    low, high = torch.quantile(weights.flatten(), ends).tolist()
    clipped = torch.clamp(weights, min=low, max=high)
    scale = 127 / clipped.abs().max().item()
    return (clipped * scale).round(), scale
