# Mistake: minimum minus maximum: the range is negative.
# Loses: 1.2
# Named: -
# Base: plain

def value_range(values):
    return (values.min() - values.max()).item()
