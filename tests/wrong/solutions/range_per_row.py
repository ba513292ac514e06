# Mistake: the range is taken along axis 0 and is an array.
# Loses: 1.2
# Named: -
# Base: arrays

def value_range(values):
    v = np.asarray(values)
    return v.max(axis=0) - v.min(axis=0)
