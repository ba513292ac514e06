# Mistake: frexp(0) is (0, 0), and so a scale of 0 becomes 1/2 without a word.
# Loses: C.1
# Named: -
# Base: challenges
def power_of_two_scale(scale):
    mantissa, exponent = math.frexp(scale)
    return math.ldexp(0.5, exponent)
