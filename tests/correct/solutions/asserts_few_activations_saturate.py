# Trait: forward asserts that fewer than 5 % of the pixels, and of the activations of any hidden layer, saturate.
# Base: named

class NetQuantized:
    def saturated(self, x, scale):
        x = (x * scale).round()
        beyond = ((x > 127) | (x < -128)).float().mean().item()
        assert beyond < 0.05 or x.shape[1] == 10, f"{100 * beyond:.1f} % of the values saturate"
        return x.clamp(-128, 127)

    def forward(self, x):
        x = self.saturated(x, self.input_scale)
        for name in NAMES:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if name == "fc1" else x)
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = self.saturated(x, layer.output_scale)
        return x
