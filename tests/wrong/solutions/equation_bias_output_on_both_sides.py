# Mistake: 5.1 writes the scaled output twice.
# Loses: 5.1
# Named: -
# Base: arrays

Q5_1 = "n_W * n_In * n_Out * Out = Out * (n_Out * n_In * n_W)"
