# Mistake: a line break stands inside of a name in 4.1a, which makes two of it.
# Loses: 4.1a
# Named: -
# Base: plain

Q4_1A = """n_Out_conv1 * n_W_conv1 * W_
conv1 * n_In * In = n_Out_conv1 * n_W_conv1 * n_In * Out_conv1"""
