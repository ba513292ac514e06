# Mistake: the multiplier is normalized to 2**29 .. 2**30, as for a signed product of 30 bits.
# Loses: C.2
# Named: -
# Base: challenges
def quantize_multiplier(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    mantissa, exponent = math.frexp(scale)
    return round(mantissa * 2**30), -exponent - 1
