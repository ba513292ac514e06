# Trait: NetQuantizedInteger lets the layers add up in float32, which is exact, and rescales int64.
# Base: challenges
class NetQuantizedInteger(NetQuantized):
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        for name in ("conv1", "conv2"):
            x = self.pool(F.relu(getattr(self, name)(x))).long()
            x = self.rescale(name, x).float()
        x = torch.flatten(x, 1)
        for name in ("fc1", "fc2"):
            x = self.rescale(name, F.relu(getattr(self, name)(x)).long()).float()
        return self.rescale("fc3", self.fc3(x).long()).float()
