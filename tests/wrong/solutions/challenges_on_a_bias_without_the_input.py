# Mistake: quantized_bias forgets the scale of the input, and the narrower bias that is made of it is not charged for that.
# Loses: 5.2
# Named: bias-without-n-initial-input
# Base: challenges
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)
