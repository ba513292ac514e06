# Mistake: another course's net ends in fc2; the last layer of this one is never run.
# Loses: 4.3, 4.4, 5.3
# Named: -
# Base: named

NAMES = ("conv1", "conv2", "fc1", "fc2")


class Net(nn.Module):
    def __init__(self, bias=False):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5, bias=False), nn.Conv2d(6, 16, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1, self.fc2 = nn.Linear(400, 64, bias=False), nn.Linear(64, 10, bias=bias)

    def forward(self, x):
        x = self.pool(F.relu(self.conv2(self.pool(F.relu(self.conv1(x))))))
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if name == "fc1" else x)
            if name != "fc2":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x


class NetQuantizedWithBias:
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc2.bias.data = self.quantized_bias(
            self.fc2.bias.data, self.fc2.weight.scale, self.input_scale, before)
