# Trait: power_of_two_scale takes the power of two that is nearer in value, not in its exponent.
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    below = 2.0 ** math.floor(math.log2(scale))
    return below if scale - below <= 2 * below - scale else 2 * below
