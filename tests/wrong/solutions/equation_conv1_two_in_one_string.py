# Mistake: two equations stand in two lines of 4.1a, so that it has too many parts, one of which is wrong.
# Loses: 4.1a
# Named: -
# Base: typed

Q4_1A = """W_conv1 * In = Out_conv1
n_In * n_W_conv1 * n_Out_conv1 * W_conv1 * In = n_In * n_W_conv1 * n_Out_conv1 * Out_conv1"""
