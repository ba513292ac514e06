# Trait: Ranges come from one pass over pieces of a flattened array: extremes, sum and sum of squares.
# Base: named

def moments(values):
    low, high, n, total, squares = np.inf, -np.inf, 0, 0.0, 0.0
    for piece in np.array_split(np.asarray(values, dtype=np.float64).ravel(), 7):
        if piece.size:
            low, high = min(low, piece.min()), max(high, piece.max())
            n, total, squares = n + piece.size, total + piece.sum(), squares + (piece ** 2).sum()
    return low, high, n, total, squares


def value_range(values):
    low, high, *_ = moments(values)
    return float(high - low)


def three_sigma_range(values):
    _, _, n, total, squares = moments(values)
    return float(6 * np.sqrt(squares / n - (total / n) ** 2))
