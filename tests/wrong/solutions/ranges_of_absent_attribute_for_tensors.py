# Mistake: `values.size` is a number for arrays and a method for tensors, so three_sigma_range fails for these.
# Loses: 1.2
# Named: -
# Base: float32

def three_sigma_range(values):
    mean = values.sum() / values.size
    sigma = math.sqrt(((values - mean) ** 2).sum() / values.size)
    return 6 * sigma
