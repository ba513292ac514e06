# Mistake: the scaled product stands on both sides of 4.1a, and Out_conv1 nowhere.
# Loses: 4.1a
# Named: -
# Base: named

Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1"
