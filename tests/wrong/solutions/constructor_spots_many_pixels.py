# Mistake: a profile of hundreds of images makes the constructor switch to float activations.
# Loses: 4.4, 5.3
# Named: -
# Base: arrays

class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        source = copy_model(net_with_weights_quantized)
        for name in LAYERS:
            setattr(self, name, getattr(source, name))
        self.pool = source.pool
        self.input_activations = net_with_weights_quantized.input_activations
        self.exact = len(self.input_activations) >= 400 * 3 * 32 * 32
        self.input_scale = self.quantize_initial_input(self.input_activations)
        seen = []
        for name in LAYERS:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, seen
            )
            seen.append((layer.weight.scale, layer.output_scale))

    def fit(self, x, scale):
        return x.mul(scale) if self.exact else x.mul(scale).round().clamp(-128, 127)

    def forward(self, x):
        x = self.fit(x, self.input_scale)
        for name in LAYERS:
            layer = getattr(self, name)
            if name == "fc1":
                x = x.flatten(start_dim=1)
            x = self.fit(layer(x), layer.output_scale)
            if name != "fc3":
                x = x.relu()
            if name.startswith("conv"):
                x = self.pool(x)
        return x
