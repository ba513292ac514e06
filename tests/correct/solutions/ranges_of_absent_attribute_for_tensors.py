# Trait: `values.size` is a number for arrays; the student hands no tensor to three_sigma_range, which would fail.
# Base: float32

def three_sigma_range(values):
    mean = values.sum() / values.size
    sigma = math.sqrt(((values - mean) ** 2).sum() / values.size)
    return 6 * sigma
