# Trait: A ModuleList of layers and a plain list of scales are made by the constructor for forward.
# Base: named

class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        copied = copy_model(net_with_weights_quantized)
        self.conv1, self.conv2, self.pool = copied.conv1, copied.conv2, copied.pool
        self.fc1, self.fc2, self.fc3 = copied.fc1, copied.fc2, copied.fc3
        self.layers = nn.ModuleList([self.conv1, self.conv2, self.fc1, self.fc2, self.fc3])
        self.input_activations = copied.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        self.scales = [self.input_scale]
        ns = []
        for layer in self.layers:
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))
            self.scales.append(layer.output_scale)

    def forward(self, x):
        for index, layer in enumerate(self.layers):
            x = torch.clamp(torch.round(x * self.scales[index]), -128, 127)
            if isinstance(layer, nn.Linear) and x.dim() > 2:
                x = x.flatten(1)
            x = layer(x)
            if index < len(self.layers) - 1:
                x = F.relu(x)
            if isinstance(layer, nn.Conv2d):
                x = self.pool(x)
        return torch.clamp(torch.round(x * self.scales[-1]), -128, 127)
