# Mistake: exp(k log 2) is off in its last digits: nearly powers of two.
# Loses: C.1
# Named: -
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    exponent = math.floor(math.log2(scale))
    return math.exp(exponent * math.log(2)) * (1 + 2.0**-50)
