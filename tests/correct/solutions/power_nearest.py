# Trait: power_of_two_scale takes the nearer exponent, so that some scales grow by up to the root of 2.
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    return 2.0 ** round(math.log2(scale))
