# Mistake: the layers run under autocast, where bfloat16 keeps eight bits of every sum.
# Loses: 4.3
# Named: -
# Base: named

class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                x = layer(x.flatten(1) if name == "fc1" else x)
            x = x.float()
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x
