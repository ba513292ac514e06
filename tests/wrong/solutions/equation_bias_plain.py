# Mistake: 5.1 is equation (5) of the lab, without scales.
# Loses: 5.1
# Named: -
# Base: plain

Q5_1 = "W * In + beta = Out"
