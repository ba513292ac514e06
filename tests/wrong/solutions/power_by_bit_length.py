# Mistake: the scale becomes an int first, whose bit_length tells the exponent: all scales below 1 become 1.
# Loses: C.1
# Named: power-of-an-integer
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    return 2.0 ** (max(round(scale), 1).bit_length() - 1)
