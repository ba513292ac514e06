# Mistake: 4.1b is a chain of three right products, none of which names Out_conv2.
# Loses: 4.1b
# Named: -
# Base: arrays

Q4_1B = """(W_conv2 * n_W_conv2) * (W_conv1 * n_W_conv1 * In * n_In * n_Out_conv1) * n_Out_conv2
= W_conv2 * W_conv1 * In * n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2
= W_conv2 * Out_conv1 * n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2"""
