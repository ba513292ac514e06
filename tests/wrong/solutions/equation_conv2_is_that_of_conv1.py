# Mistake: 4.1b is true, but about conv1: both sides are Out_conv1 with its scales.
# Loses: 4.1b
# Named: -
# Base: float32

Q4_1B = "(n_W_conv1*W_conv1)*(n_In*In)*n_Out_conv1 = (n_W_conv1*n_In*n_Out_conv1)*Out_conv1"
