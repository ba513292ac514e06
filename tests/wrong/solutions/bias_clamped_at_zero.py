# Mistake: the lower limit of the clamp is 0 and the upper one that of int32, as if a bias came after a ReLU.
# Loses: 5.2
# Named: -
# Base: functional

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        prior = n_initial_input
        for weight_scale, output_scale in ns:
            prior *= (weight_scale * output_scale)
        return torch.clamp((bias * prior * n_w).round(), min=0, max=2147483647)
