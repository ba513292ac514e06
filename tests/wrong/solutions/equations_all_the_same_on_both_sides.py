# Mistake: each of the three equations says that something is itself.
# Loses: 4.1a, 4.1b, 5.1
# Named: -
# Base: functional

Q4_1A = "Out_conv1 = Out_conv1"
Q4_1B = "n_In * n_W_conv1 * W_conv1 = n_In * W_conv1 * n_W_conv1"
Q5_1 = "n_W * W * n_In * In + n_W * n_In * beta = n_W * W * n_In * In + n_W * n_In * beta"
