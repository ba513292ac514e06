# Mistake: both sides of 4.1a are the scaled output, in another order.
# Loses: 4.1a
# Named: -
# Base: compact

Q4_1A = f"{a} * Out_conv1 = Out_conv1 * n_Out_conv1 * n_In * n_W_conv1"
