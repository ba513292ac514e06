# Mistake: the step 1 / scale is rounded down to a power of two, and its inverse returned.
# Loses: C.1
# Named: power-rounded-up
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    step = 1 / scale
    return 1 / 2.0 ** math.floor(math.log2(step))
