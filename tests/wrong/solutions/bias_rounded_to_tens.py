# Mistake: round(-1) rounds to tens, in place of round().
# Loses: 5.2
# Named: -
# Base: float32

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        gain = float(n_w) * float(n_initial_input)
        for n_weight, n_out in ns:
            gain = gain * float(n_weight) * float(n_out)
        return torch.clamp(torch.round(bias * gain, decimals=-1), -(2 ** 31), 2 ** 31 - 1)
