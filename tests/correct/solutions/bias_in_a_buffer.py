# Trait: The integers of the bias are a buffer of the biased net, which has a forward of its own that adds them.
# Base: named
# Without: NetQuantizedWithBias

class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.register_buffer("integer_bias", self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before))
        self.fc3.bias = None

    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if name == "fc1" else x)
            if name == "fc3":
                x = x + self.integer_bias
            else:
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        arriving = n_w * n_initial_input
        for pair in ns:
            arriving *= pair[0] * pair[1]
        return torch.round(bias * arriving).clamp(-2**31, 2**31 - 1)
