# Mistake: the middle of a chain in 4.1a lacks n_Out_conv1.
# Loses: 4.1a
# Named: -
# Base: named

Q4_1A = """n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1
= n_W_conv1 * n_In * W_conv1 * In
= n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"""
