# Trait: Equations are joined from lists with newlines, and chains from three of their parts.
# Base: compact

def chain(*parts):
    return "\n  = ".join("\n  * ".join(part) for part in parts)


Q4_1A = chain(["n_In", "n_W_conv1", "n_Out_conv1", "W_conv1", "In"],
              ["(n_In * In)", "(n_W_conv1 * W_conv1)", "n_Out_conv1"],
              ["n_In", "n_W_conv1", "n_Out_conv1", "Out_conv1"])
Q5_1 = chain(["n_Out", "(n_W * W\n * n_In * In\n + n_W * n_In * beta)"],
             ["n_Out", "n_W", "n_In", "(W * In\n + beta)"],
             ["n_Out", "n_W", "n_In", "Out"])
