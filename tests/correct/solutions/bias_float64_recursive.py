# Trait: The bias is scaled in float64 by recursion over the pairs and stays float64 until it is stored.
# Base: named

class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        exact = self.quantized_bias(self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)
        self.fc3.bias.data.copy_(exact)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        if not ns:
            bias = bias.double() * (n_w * n_initial_input)
            return bias.round().clamp(-(2**31), 2**31 - 1)
        *rest, (w, o) = ns
        return NetQuantizedWithBias.quantized_bias(bias.double() * (w * o), n_w, n_initial_input, rest)
