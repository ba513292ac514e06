# Mistake: the bias is treated like the weights, by n_w alone.
# Loses: 5.2
# Named: bias-only-n-w
# Base: typed

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return torch.round(bias * n_w).clamp(-(2**31), 2**31 - 1)
