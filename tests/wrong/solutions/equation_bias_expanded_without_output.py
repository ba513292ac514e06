# Mistake: 5.1 multiplies its left side out and calls that the right side.
# Loses: 5.1
# Named: -
# Base: tensors

Q5_1 = 'n_Out * n_W*n_In * (W*In + beta) = n_Out*n_W*W*n_In*In + n_Out*n_W*n_In*beta'
