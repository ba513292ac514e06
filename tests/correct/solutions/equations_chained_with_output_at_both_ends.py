# Trait: A chain begins and ends with the output, and says in its middle what that is.
# Base: typed

Q4_1A = """n_In * n_W_conv1 * n_Out_conv1 * Out_conv1
         = n_In * n_W_conv1 * n_Out_conv1 * W_conv1 * In
         = Out_conv1 * n_Out_conv1 * n_W_conv1 * n_In"""
Q5_1 = """n_W * n_In * n_Out * Out
        = n_W * n_In * n_Out * (W * In + beta)
        = n_Out * (n_W * W * n_In * In + n_W * n_In * beta)
        = Out * n_Out * n_W * n_In"""
