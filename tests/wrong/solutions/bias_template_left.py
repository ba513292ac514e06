# Mistake: the template's scale of 2.5 was never replaced.
# Loses: 5.2
# Named: -
# Base: plain

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = 2.5
        return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)
