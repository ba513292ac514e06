# Mistake: the variance is divided by len(), which is the number of rows of a matrix.
# Loses: 1.2
# Named: -
# Base: powers

def three_sigma_range(values):
    mean = float(values.mean())
    sigma = math.sqrt(float(((values - mean) ** 2).sum()) / len(values))
    return 6 * sigma
