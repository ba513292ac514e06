# Trait: The output stands on the left in all three equations.
# Base: plain

Q4_1A = "Out_conv1 * n_Out_conv1 * n_W_conv1 * n_In = n_Out_conv1 * (W_conv1 * n_W_conv1) * (In * n_In)"
Q4_1B = (
    "Out_conv2 * n_Out_conv2 * n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In = "
    "n_Out_conv2 * (W_conv2 * n_W_conv2) * (n_Out_conv1 * W_conv1 * n_W_conv1 * In * n_In)"
)
Q5_1 = "Out * n_Out * n_W * n_In = n_Out * (W * n_W * In * n_In + beta * n_W * n_In)"
