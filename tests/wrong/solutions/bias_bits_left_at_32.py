# Mistake: BIAS_BITS says what was too many to begin with.
# Loses: C.4
# Named: -
# Base: challenges
BIAS_BITS = 16 + 16
