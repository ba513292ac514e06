# Mistake: the product is shifted to the right, which rounds down.
# Loses: C.2
# Named: shift-floors
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    return (accumulator * multiplier) >> bits
