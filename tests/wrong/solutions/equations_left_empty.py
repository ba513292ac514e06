# Mistake: the three strings are still empty.
# Loses: 4.1a, 4.1b, 5.1
# Named: -
# Base: float32

Q4_1A = ""
Q4_1B = ""
Q5_1 = ""
