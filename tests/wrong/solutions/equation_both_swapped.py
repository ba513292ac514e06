# Mistake: The equations of conv1 and conv2 have changed places.
# Loses: 4.1a, 4.1b
# Named: -
# Base: arrays

Q4_1A = ("n_W_conv2 * W_conv2 * n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 * n_Out_conv2 = "
         "n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2")
Q4_1B = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
