# Mistake: int() cuts a negative exponent off toward zero, which rounds the scale up.
# Loses: C.1
# Named: exponent-cut-off
# Base: challenges
def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    return 2.0 ** int(math.log2(scale))
