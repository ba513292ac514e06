# Trait: power_of_two_scale is NumPy's frexp and ldexp, and returns None for what is no scale.
# Base: challenges
def power_of_two_scale(scale):
    if not np.isfinite(scale) or scale <= 0:
        return None
    mantissa, exponent = np.frexp(np.float64(scale))
    return np.ldexp(0.5, exponent)
