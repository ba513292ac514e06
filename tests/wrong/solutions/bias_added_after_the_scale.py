# Mistake: the biased net adds its bias to logits that have been scaled and clamped already.
# Loses: 5.3
# Named: -
# Base: named

class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.integer_bias = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)
        self.fc3.bias = None

    def forward(self, x):
        return (super().forward(x) + self.integer_bias).clamp(-128, 127)
