# Mistake: every part of the chain in 5.1 is the scaled output.
# Loses: 5.1
# Named: -
# Base: functional

Q5_1 = "n_Out*n_In*n_W*Out = Out*n_Out*n_In*n_W = n_Out*(n_In*n_W)*Out"
