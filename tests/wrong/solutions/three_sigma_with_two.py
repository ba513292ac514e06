# Mistake: two sigma on each side.
# Loses: 1.2
# Named: -
# Base: powers

def three_sigma_range(values):
    mean, sigma = float(values.mean()), float(values.std())
    return (mean + 2 * sigma) - (mean - 2 * sigma)
