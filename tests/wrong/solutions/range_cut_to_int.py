# Mistake: int() makes 0 of every small range.
# Loses: 1.2
# Named: -
# Base: compact

def value_range(values):
    values = np.asarray(values)
    return int(values.max() - values.min())
