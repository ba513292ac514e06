# Mistake: the shift is that to the left, as TFLite has it.
# Loses: C.2
# Named: shift-negated
# Base: challenges
def quantize_multiplier(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    mantissa, exponent = math.frexp(scale)
    multiplier = round(mantissa * 2**31)
    if multiplier == 2**31:
        return 2**30, exponent + 1
    return multiplier, exponent
