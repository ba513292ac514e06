# Mistake: n_In is forgotten on both sides.
# Loses: 4.1b
# Named: -
# Base: typed

Q4_1B = "n_W_conv2 * W_conv2 * n_W_conv1 * n_Out_conv1 * Out_conv1 * n_Out_conv2 " \
        "= n_W_conv2 * n_W_conv1 * n_Out_conv1 * n_Out_conv2 * Out_conv2"
