# Mistake: both factors are int32, and so is their product.
# Loses: C.2
# Named: product-in-32-bits
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    product = accumulator.int() * torch.tensor(multiplier, dtype=torch.int32)
    product = product.long()
    down = product >> bits
    left = product - (down << bits)
    up = (2 * left > 2**bits) | ((2 * left == 2**bits) & (down % 2 != 0))
    return down + up
