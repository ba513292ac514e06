# Mistake: the high half of the doubled product is rounded first, then the shift, ties away from zero.
# Loses: C.2
# Named: -
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    product = accumulator * multiplier
    nudge = torch.where(product >= 0, 2**30, 1 - 2**30)
    high = torch.div(product + nudge, 2**31, rounding_mode="trunc")
    if shift <= 0:
        return high << -shift
    left = high & (2**shift - 1)
    threshold = (2**shift - 1 >> 1) + (high < 0).long()
    return (high >> shift) + (left > threshold).long()
