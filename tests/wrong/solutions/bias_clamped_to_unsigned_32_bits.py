# Mistake: the limits are 0 and 2**32 - 1: negative biases become zero.
# Loses: 5.2
# Named: -
# Base: plain

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.clamp((bias * scale).round(), min=0, max=2**32 - 1)
