# Mistake: the bias goes through torch.quantize_per_tensor as qint8, and nearly all of it is cut at 127.
# Loses: 5.2
# Named: bias-in-8-bits
# Base: plain

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.quantize_per_tensor(bias, 1 / float(scale), 0, torch.qint8).int_repr().float()
