# Mistake: forward asserts that no value of any layer saturates, which the test images do now and then.
# Loses: 4.3
# Named: -
# Base: named

class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if name == "fc1" else x)
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * layer.output_scale).round()
            assert x.max() <= 127 and x.min() >= -128, name
        return x
