# Mistake: the scales lie in the class, so that a net uses those of the net that was built last.
# Loses: 4.3
# Named: -
# Base: named

class NetQuantized:
    scales = {}

    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = self.quantize_initial_input(source.input_activations)
        done = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            NetQuantized.scales[name] = layer.output_scale
            done.append((layer.weight.scale, layer.output_scale))

    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if name == "fc1" else x)
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * NetQuantized.scales[name]).round().clamp(-128, 127)
        return x
