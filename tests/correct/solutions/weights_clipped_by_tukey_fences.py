# Trait: Weights beyond the outer fences of a box plot, three interquartile ranges, are clipped to these.
# Base: named

def fences(values):
    lower, upper = np.percentile(values, [25, 75])
    return lower - 3 * (upper - lower), upper + 3 * (upper - lower)


def quantized_weights(weights):
    low, high = fences(weights.numpy())
    inside = weights.clamp(float(low), float(high))
    scale = 127 / inside.abs().max().item()
    return (inside * scale).round().clamp(-128, 127), scale
