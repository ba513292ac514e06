# Mistake: the magnitude is rounded and gets its sign back: ties go away from zero.
# Loses: C.2
# Named: rescaled-half-away
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    product = accumulator * multiplier
    return product.sign() * ((product.abs() + 2 ** (bits - 1)) >> bits)
