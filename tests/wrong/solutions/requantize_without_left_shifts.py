# Mistake: a negative shift counts as none.
# Loses: C.2
# Named: negative-shift-ignored
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    bits = max(bits, 31)
    product = accumulator * multiplier
    down = product >> bits
    left = product - (down << bits)
    up = (2 * left > 2**bits) | ((2 * left == 2**bits) & (down % 2 != 0))
    return down + up
