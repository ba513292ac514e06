# Trait: The constructor prepares a list of (layer, scale, ReLU, pool) steps that forward runs.
# Base: named

class NetQuantized:
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = NetQuantized.quantize_initial_input(source.input_activations)
        self.steps, done = [], []
        for name in NAMES:
            layer = getattr(self, name)
            scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            layer.output_scale = scale
            done.append((layer.weight.scale, scale))
            self.steps.append((name, scale, name != "fc3", name.startswith("conv")))

    def forward(self, x):
        x = torch.round(x * self.input_scale).clamp(-128, 127)
        for name, scale, has_relu, has_pool in self.steps:
            layer = getattr(self, name)
            match layer:
                case nn.Linear():
                    x = layer(x.flatten(1))
                case nn.Conv2d():
                    x = layer(x)
            x = torch.round(x * scale).clamp(-128, 127)
            if has_relu:
                x = F.relu(x)
            if has_pool:
                x = self.pool(x)
        return x
