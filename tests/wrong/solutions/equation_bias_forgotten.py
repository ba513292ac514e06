# Mistake: there is no beta in the equation.
# Loses: 5.1
# Named: -
# Base: powers

Q5_1 = "n_W * W * n_In * In * n_Out = n_W * n_In * n_Out * Out"
