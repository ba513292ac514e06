# Trait: The accumulators are said to have 40 bits, and so the bias is clamped to these.
# Base: tensors

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for n_weight, n_out in ns:
            s = s * n_weight * n_out
        return torch.clamp(torch.round(bias * s), -2**39, 2**39 - 1)
