# Trait: requantize adds a half, shifts, and takes 1 off again where it was a tie and has become odd.
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    product = accumulator * multiplier
    up = (product + 2 ** (bits - 1)) >> bits
    tie = (product & (2**bits - 1)) == 2 ** (bits - 1)
    return up - (tie & (up & 1).bool()).long()
