# Mistake: 5.1 is an expression over two lines, without any equals sign.
# Loses: 5.1
# Named: -
# Base: powers

Q5_1 = """n_Out * (n_W * W * n_In * In
+ beta * n_W * n_In)"""
