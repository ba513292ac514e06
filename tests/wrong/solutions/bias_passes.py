# Mistake: quantized_bias consists of pass.
# Loses: 5.2, 5.3
# Named: -
# Base: powers

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        pass
