# Mistake: the product is a float64, which rounds it before it is rounded.
# Loses: C.2
# Named: product-in-float64
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    return (accumulator.double() * multiplier / 2.0**bits).round().long()
