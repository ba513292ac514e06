# Trait: Dropout stands in forward, as in a training net of the student's, and train(False) at the end of the constructor.
# Base: plain

class NetQuantized:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantized, self).__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1, self.pool, self.conv2 = net_init.conv1, net_init.pool, net_init.conv2
        self.fc1, self.fc2, self.fc3 = net_init.fc1, net_init.fc2, net_init.fc3
        self.dropout = nn.Dropout(0.5)
        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        preceding = []
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding
            )
            preceding.append((layer.weight.scale, layer.output_scale))
        self.train(False)

    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = self.dropout(torch.clamp((x * self.fc1.output_scale).round(), -128, 127))
        x = F.relu(self.fc2(x))
        x = self.dropout(torch.clamp((x * self.fc2.output_scale).round(), -128, 127))
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)
