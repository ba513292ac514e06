# Mistake: abs is taken first, so both signs fall together.
# Loses: 1.2
# Named: range-largest-magnitude, -
# Base: float32

def value_range(values):
    values = abs(values)
    return float(values.max() - values.min())
