# Mistake: after a sound clip to the percentiles, .int() drops the fractions.
# Loses: 2.1
# Named: -
# Base: compact

def quantized_weights(weights):
    low, high = np.quantile(weights.detach().cpu().numpy(), [0.001, 0.999])
    inside = weights.clamp(float(low), float(high))
    scale = 127 / inside.abs().max().item()
    return (inside * scale).int().float(), scale
