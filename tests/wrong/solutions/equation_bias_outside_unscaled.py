# Mistake: beta is added at the end without a factor.
# Loses: 5.1
# Named: equation-bias-unscaled, -
# Base: tensors

Q5_1 = "n_W * n_In * n_Out * W * In + beta = n_W * n_In * n_Out * Out"
