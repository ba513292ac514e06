# Mistake: the scales are added to the matrices.
# Loses: 4.1a
# Named: -
# Base: compact

Q4_1A = "(W_conv1 + n_W_conv1) * (In + n_In) = n_Out_conv1 * Out_conv1"
