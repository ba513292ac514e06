# Mistake: only the first image of a batch is computed.
# Loses: 4.3
# Named: -
# Base: arrays

class NetQuantized:
    def forward(self, x):
        x = x[:1].mul(self.input_scale).round().clamp(-128, 127)
        for name in LAYERS:
            layer = getattr(self, name)
            if name == "fc1":
                x = x.flatten(start_dim=1)
            x = layer(x).mul(layer.output_scale).round().clamp(-128, 127)
            if name != "fc3":
                x = x.relu()
            if name.startswith("conv"):
                x = self.pool(x)
        return x
