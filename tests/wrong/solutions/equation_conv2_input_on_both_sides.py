# Mistake: 4.1b has the input of conv2 on one side and what it is made of on the other, and never Out_conv2.
# Loses: 4.1b
# Named: -
# Base: powers

Q4_1B = """n_Out_conv2 * n_W_conv2 * W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv1 =
           n_Out_conv2 * n_W_conv2 * W_conv2 * n_Out_conv1 * n_W_conv1 * W_conv1 * n_In * In"""
