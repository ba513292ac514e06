# Mistake: a pair of bias and scale is returned, as for the weights.
# Loses: 5.2
# Named: -
# Base: float32

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        gain = float(n_w) * float(n_initial_input)
        for n_weight, n_out in ns:
            gain = gain * float(n_weight) * float(n_out)
        return torch.clamp(torch.round(bias * gain), -(2 ** 31), 2 ** 31 - 1), gain
