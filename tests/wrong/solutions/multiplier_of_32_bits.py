# Mistake: a fraction just below 1 is rounded up to 2**31, and nobody looks.
# Loses: C.2
# Named: multiplier-overflows
# Base: challenges
def quantize_multiplier(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    mantissa, exponent = math.frexp(scale)
    return round(mantissa * 2**31), -exponent
