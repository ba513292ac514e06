# Mistake: torch.div cuts off toward zero.
# Loses: C.2
# Named: rescaled-toward-zero
# Base: challenges
def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    bits = 31 + shift
    return torch.div(accumulator * multiplier, 2**bits, rounding_mode="trunc")
