# Mistake: both ends are returned instead of their difference.
# Loses: 1.2
# Named: -
# Base: powers

def value_range(values):
    return float(values.min()), float(values.max())
