# Trait: quantize_multiplier splits the scale with frexp and clears the carry with a shift.
# Base: challenges
def quantize_multiplier(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    mantissa, exponent = math.frexp(scale)
    multiplier = int(math.floor(mantissa * 2**31 + 0.5))
    if multiplier >> 31:
        multiplier >>= 1
        exponent += 1
    return multiplier, -exponent
