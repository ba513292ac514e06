# Trait: Factors of 1 and double parentheses stand about in the equations.
# Base: named

Q4_1A = "1 * ((n_W_conv1 * W_conv1) * (n_In * In)) * n_Out_conv1 = (n_Out_conv1 * n_In * n_W_conv1 * 1) * Out_conv1"
Q5_1 = "1 * n_Out * ((n_W * W * n_In * In) + (1 * n_W * n_In * beta)) = (n_W * n_In * n_Out) * (Out)"
