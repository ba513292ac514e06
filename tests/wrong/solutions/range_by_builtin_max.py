# Mistake: Python's max and min go through one dimension only; a matrix has rows.
# Loses: 1.2
# Named: -
# Base: plain

def value_range(values):
    return float(max(values) - min(values))
