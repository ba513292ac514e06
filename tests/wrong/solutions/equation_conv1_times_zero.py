# Mistake: both sides of 4.1a are multiplied by zero.
# Loses: 4.1a
# Named: -
# Base: typed

Q4_1A = "0 * W_conv1 * In = 0 * n_In * n_W_conv1 * n_Out_conv1 * Out_conv1"
