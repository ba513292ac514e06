# Mistake: a scale of 0, a negative one and NaN become a multiplier that is none.
# Loses: C.2
# Named: -
# Base: challenges
def quantize_multiplier(scale):
    if scale != scale or scale <= 0:
        return 0, 0
    mantissa, exponent = math.frexp(scale)
    multiplier = round(mantissa * 2**31)
    if multiplier == 2**31:
        multiplier, exponent = 2**30, exponent + 1
    return multiplier, -exponent
