# Trait: The layers also sit in nn.Sequential blocks that forward walks through.
# Base: named

class NetQuantized:
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.blocks = nn.ModuleList([
            nn.Sequential(self.conv1, nn.ReLU(), self.pool),
            nn.Sequential(self.conv2, nn.ReLU(), self.pool),
            nn.Sequential(nn.Flatten(), self.fc1, nn.ReLU()),
            nn.Sequential(self.fc2, nn.ReLU()),
            nn.Sequential(self.fc3),
        ])
        self.input_scale = NetQuantized.quantize_initial_input(source.input_activations)
        done = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            done.append((layer.weight.scale, layer.output_scale))

    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        for block, name in zip(self.blocks, NAMES):
            x = torch.clamp(torch.round(block(x) * getattr(self, name).output_scale), -128, 127)
        return x
