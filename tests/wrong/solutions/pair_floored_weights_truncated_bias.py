# Mistake: floor for the weights and trunc for the bias.
# Loses: 2.1, 5.2
# Named: floors, bias-truncated
# Base: plain

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = (weights * scale).floor()
    return torch.clamp(result, min=-128, max=127), scale


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.clamp((bias * scale).trunc(), min=-2147483648, max=2147483647)
