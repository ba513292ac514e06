# Mistake: requantize takes a multiplier of 2**31, and one of 0, without a word.
# Loses: C.2
# Named: -
# Base: challenges
def requantize(accumulator, multiplier, shift):
    bits = 31 + shift
    product = accumulator * multiplier
    odd = (product >> bits) & 1
    return (product + (2 ** (bits - 1) - 1) + odd) >> bits
