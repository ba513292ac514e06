# Mistake: BIAS_BITS is the width of the weights, which clamps the bias.
# Loses: C.4
# Named: -
# Base: challenges
BIAS_BITS = 8
