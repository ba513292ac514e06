# Mistake: half a unit is added before the shift: ties go up.
# Loses: C.2
# Named: rescaled-half-up
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    return (accumulator * multiplier + 2 ** (bits - 1)) >> bits
