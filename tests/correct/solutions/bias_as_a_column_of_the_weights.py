# Trait: The biased net has the bias as one more column of fc3's weights, for an input that is always 1.
# Base: named
# Without: NetQuantizedWithBias

class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        beta = self.quantized_bias(self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)
        self.with_bias = torch.cat([self.fc3.weight.data.double(), beta.double()[:, None]], dim=1)

    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES[:-1]:
            layer = getattr(self, name)
            x = F.relu(layer(x.flatten(1) if name == "fc1" else x))
            x = self.pool(x) if name.startswith("conv") else x
            x = (x * layer.output_scale).round().clamp(-128, 127)
        x = torch.cat([x.double(), torch.ones(len(x), 1, dtype=torch.float64)], dim=1)
        return (x @ self.with_bias.T * float(self.fc3.output_scale)).round().clamp(-128, 127).float()

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        arriving = n_w * n_initial_input
        for pair in ns:
            arriving *= pair[0] * pair[1]
        return torch.round(bias * arriving).clamp(-2**31, 2**31 - 1)
