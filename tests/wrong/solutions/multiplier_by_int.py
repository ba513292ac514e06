# Mistake: int() cuts the multiplier off.
# Loses: C.2
# Named: multiplier-cut-off
# Base: challenges
def quantize_multiplier(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    mantissa, exponent = math.frexp(scale)
    return int(mantissa * 2**31), -exponent
