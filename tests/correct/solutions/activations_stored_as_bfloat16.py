# Trait: Between the layers flows bfloat16, whose 8 bits are enough for the integers, but never for sums.
# Base: named

class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127).to(torch.bfloat16)
        for name in NAMES:
            layer = getattr(self, name)
            x = x.to(torch.float32)
            x = layer(x.flatten(1) if name == "fc1" else x)
            x = x if name == "fc3" else F.relu(x)
            x = self.pool(x) if name.startswith("conv") else x
            x = (x * layer.output_scale).round().clamp(-128, 127).to(torch.bfloat16)
        return x.to(torch.float32)
