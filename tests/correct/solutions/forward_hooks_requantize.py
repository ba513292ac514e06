# Trait: Forward hooks on the layers requantize their outputs, so forward is that of the float net.
# Base: named

def requantize_output(layer, inputs, output):
    return torch.clamp(torch.round(output * layer.output_scale), -128, 127)


class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        copied = copy_model(net_with_weights_quantized)
        self.conv1, self.conv2, self.pool = copied.conv1, copied.conv2, copied.pool
        self.fc1, self.fc2, self.fc3 = copied.fc1, copied.fc2, copied.fc3
        self.input_activations = copied.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        ns = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))
            layer.register_forward_hook(requantize_output)

    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = self.pool(self.conv1(x).relu())
        x = self.pool(self.conv2(x).relu())
        x = x.flatten(1)
        return self.fc3(self.fc2(self.fc1(x).relu()).relu())
