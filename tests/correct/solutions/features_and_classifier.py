# Trait: Two nn.Sequential, features and classifier, hold the layers; none has a name of the lab.
# Base: named

q = lambda x, n, top=127: torch.round(x * n).clamp(-top - 1, top)


class NetQuantized:
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        self.features = nn.Sequential(source.conv1, source.conv2)
        self.classifier = nn.Sequential(source.fc1, source.fc2, source.fc3)
        self.input_scale = self.quantize_initial_input(source.input_activations)
        done = []
        for layer in self.steps:
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            done.append((layer.weight.scale, layer.output_scale))

    @property
    def steps(self):
        return [*self.features, *self.classifier]

    def forward(self, x):
        x = q(x, self.input_scale)
        for i, layer in enumerate(self.steps):
            if i == 2:
                x = x.flatten(1)
            x = layer(x)
            if i < 2:
                x = nn.functional.max_pool2d(x, 2)
            if i < 4:
                x = x.relu()
            x = q(x, layer.output_scale)
        return x


class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        before = [(l.weight.scale, l.output_scale) for l in self.steps[:-1]]
        self.steps[-1].bias.data = self.quantized_bias(
            self.steps[-1].bias.data, self.steps[-1].weight.scale, self.input_scale, before)
