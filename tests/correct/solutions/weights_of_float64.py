# Trait: The weights are returned in float64, and so the layers take nothing else.
# Base: named


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights.double() * scale).round().clamp(-128, 127), scale


class NetQuantized:
    def forward(self, x):
        x = (x.double() * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if name == "fc1" else x)
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for w, o in ns:
            carried *= w * o
        return (bias.double() * carried).round().clamp(-2**31, 2**31 - 1)
