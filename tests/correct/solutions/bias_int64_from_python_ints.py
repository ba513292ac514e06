# Trait: The bias is an int64 tensor of Python ints from a comprehension; the constructor casts it.
# Base: named

class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        layers = [getattr(self, name) for name in NAMES]
        ns = [(layer.weight.scale, layer.output_scale) for layer in layers][:-1]
        integers = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns)
        self.fc3.bias.data = integers.to(self.fc3.weight.dtype)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        arriving = float(n_w) * float(n_initial_input)
        for w, o in zip([pair[0] for pair in ns], [pair[1] for pair in ns]):
            arriving *= float(w) * float(o)
        return torch.tensor([max(-2**31, min(2**31 - 1, round(b * arriving))) for b in bias.tolist()])
