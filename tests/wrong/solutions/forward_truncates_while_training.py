# Mistake: fractions are cut off while the net is in training mode, in which the lab leaves it.
# Loses: 4.3
# Named: -
# Base: named

class NetQuantized:
    def forward(self, x):
        rounded = torch.trunc if self.training else torch.round
        x = rounded(x * self.input_scale).clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if name == "fc1" else x)
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = rounded(x * layer.output_scale).clamp(-128, 127)
        return x
