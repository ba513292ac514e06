# Trait: both functions take NumPy's keywords, which a tensor refuses.
# Base: named

def value_range(values):
    return float(values.max(axis=None, initial=-np.inf) - values.min(axis=None, initial=np.inf))


def three_sigma_range(values):
    return float(6 * values.std(axis=None, ddof=0))
