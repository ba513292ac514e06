# Mistake: the scaled bias is clamped to 32 bits and stays a fraction.
# Loses: 5.2
# Named: bias-unrounded
# Base: plain

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.clamp(bias * scale, min=-2147483648, max=2147483647)
