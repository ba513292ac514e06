# Trait: the bias goes through torch.quantize_per_tensor as qint32.
# Base: plain

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.quantize_per_tensor(bias, 1 / float(scale), 0, torch.qint32).int_repr().float()
