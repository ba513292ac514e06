# Trait: Triple-quoted equations have line breaks in the middle of their sides, and around the equals sign.
# Base: plain

Q4_1A = """
    n_Out_conv1 * (n_W_conv1 * W_conv1) *
    (n_In * In)
    =
    n_Out_conv1 * n_W_conv1
    * n_In * Out_conv1
"""
Q4_1B = """n_Out_conv2 * (n_W_conv2 * W_conv2)
         * (n_Out_conv1 * n_W_conv1 * n_In
            * Out_conv1)
         = n_Out_conv2 * n_W_conv2 * n_Out_conv1
         * n_W_conv1 * n_In * Out_conv2"""
Q5_1 = """
n_Out * (
    n_W * W * n_In * In
    + n_W * n_In * beta
)

= n_Out * n_W * n_In
* Out

"""
