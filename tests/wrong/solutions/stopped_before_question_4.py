# Mistake: the work ends with the weights: no equations and no classes.
# Loses: 4.1a, 4.1b, 4.2a, 4.2b, 4.3, 4.4, 5.1, 5.2, 5.3
# Named: -
# Base: plain
# Without: Q4_1A, Q4_1B, Q5_1, NetQuantized, NetWithBias, NetQuantizedWithBias
