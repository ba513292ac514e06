# Mistake: the quantized bias is registered as a buffer, fc3's own is taken away, and nothing adds either.
# Loses: 5.3
# Named: -
# Base: named

class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.register_buffer("integer_bias", self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before))
        self.fc3.bias = None
