# Trait: requantize adds a half less one, and one more where the integer below is odd.
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    product = accumulator * multiplier
    odd = (product >> bits) & 1
    return (product + (2 ** (bits - 1) - 1) + odd) >> bits
