# Mistake: the quantized bias is remembered by its length, so that every bias of ten is the first one.
# Loses: 5.2
# Named: -
# Base: plain

biases = {}


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        if len(bias) not in biases:
            scale = n_w * n_initial_input
            for w_scale, out_scale in ns:
                scale *= w_scale * out_scale
            biases[len(bias)] = torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)
        return biases[len(bias)]
