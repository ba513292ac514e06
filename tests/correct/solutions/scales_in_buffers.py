# Trait: Scales are registered as buffers of double precision, which forward uses.
# Base: named

class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        copied = copy_model(net_with_weights_quantized)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(copied, name))
        self.input_activations = copied.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        ns = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))
        self.register_buffer("scales", torch.tensor(
            [float(self.input_scale)] + [float(o) for _, o in ns], dtype=torch.float64))

    def forward(self, x):
        s0, s1, s2, s3, s4, s5 = self.scales
        x = torch.round(x * s0).clamp(-128, 127)
        x = self.pool(torch.round(F.relu(self.conv1(x)) * s1).clamp(-128, 127))
        x = self.pool(torch.round(F.relu(self.conv2(x)) * s2).clamp(-128, 127))
        x = x.flatten(1)
        x = torch.round(F.relu(self.fc1(x)) * s3).clamp(-128, 127)
        x = torch.round(F.relu(self.fc2(x)) * s4).clamp(-128, 127)
        return torch.round(self.fc3(x) * s5).clamp(-128, 127)
