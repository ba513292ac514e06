# Trait: The bias is clamped to 33 bits, which no product of the lab leaves.
# Base: tensors


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for pair in ns:
            s = s * pair[0] * pair[1]
        return torch.clamp(torch.round(bias * s), -2**32, 2**32 - 1)
