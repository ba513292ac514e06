# Mistake: sorted along the last axis, so that a matrix gives the range of its first row.
# Loses: 1.2
# Named: -
# Base: arrays

def value_range(values):
    v = np.sort(np.asarray(values))
    while v.ndim > 1:
        v = v[0]
    return float(v[-1] - v[0])
