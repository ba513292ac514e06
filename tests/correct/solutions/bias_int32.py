# Trait: quantized_bias returns int32, and the constructor makes a new float parameter of it.
# Base: named

class NetQuantized:
    @staticmethod
    def so_far(n_w, n_in, ns):
        for w, o in ns:
            n_in = n_in * w * o
        return n_in * n_w


class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        integers = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)
        self.fc3.bias = nn.Parameter(integers.float(), requires_grad=False)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = float(NetQuantized.so_far(n_w, n_initial_input, ns))
        exact = torch.round(bias.double() * scale)
        return torch.clamp(exact, -(2**31), 2**31 - 1).to(torch.int32)
