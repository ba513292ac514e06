# Trait: Sums saturate at 24 bits, which no layer of this net can reach without a bias.
# Base: named

class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            if name == "fc1":
                x = x.flatten(1)
            bias, layer.bias = layer.bias, None
            x = layer(x).clamp(-2**23, 2**23 - 1)
            layer.bias = bias
            if bias is not None:
                x = x + bias
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x
