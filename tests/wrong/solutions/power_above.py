# Mistake: the exponent is rounded up, so that scales just above a power of two clip nearly half of the range.
# Loses: C.1
# Named: power-rounded-up
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    return 2.0 ** math.ceil(math.log2(scale))
