# Mistake: n_Out_conv1 is written on the left only.
# Loses: 4.1a
# Named: -
# Base: arrays

Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * Out_conv1"
