# Trait: torch.func.functional_call runs each layer with the weights that it is given.
# Base: named

from torch.func import functional_call


class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = functional_call(layer, dict(layer.named_parameters()), (x.flatten(1) if name == "fc1" else x,))
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x
