# Trait: quantize_multiplier computes with fractions, and returns NumPy integers.
# Base: challenges
from fractions import Fraction


def quantize_multiplier(scale):
    exact = Fraction(scale)
    if exact <= 0:
        raise ZeroDivisionError("no scale")
    shift = 0
    while round(exact * 2 ** (31 + shift)) < 2**30:
        shift += 1
    while round(exact * 2 ** (31 + shift)) >= 2**31:
        shift -= 1
    return np.int64(round(exact * 2 ** (31 + shift))), np.int64(shift)
