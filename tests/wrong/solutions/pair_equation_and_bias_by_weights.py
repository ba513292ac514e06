# Mistake: beta is scaled by n_W, in the equation as in the code.
# Loses: 5.1, 5.2
# Named: bias-only-n-w, equation-bias-scaled-by-weights
# Base: plain

Q5_1 = "(n_W * W * n_In * In + n_W * beta) * n_Out = n_W * n_In * n_Out * Out"


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w
        return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)
