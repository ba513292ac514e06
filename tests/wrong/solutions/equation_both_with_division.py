# Mistake: the output scales divide in both equations.
# Loses: 4.1a, 4.1b
# Named: -
# Base: compact

Q4_1A = "n_W_conv1 * W_conv1 * n_In * In / n_Out_conv1 = n_W_conv1 * n_In / n_Out_conv1 * Out_conv1"
Q4_1B = "W_conv2 * Out_conv1 / n_Out_conv2 = Out_conv2 / n_Out_conv2"
