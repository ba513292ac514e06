# Mistake: linear_dynamic finds its own scale for every batch and gives floats back, scaled only afterwards.
# Loses: 4.3
# Named: -
# Base: plain

def dynamic(x, layer):
    weight = torch.quantize_per_tensor(layer.weight.detach(), 1.0, 0, torch.qint8)
    packed = torch.ops.quantized.linear_prepack(weight, layer.bias)
    return torch.ops.quantized.linear_dynamic(x, packed)


class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), -128, 127)
        x = F.relu(dynamic(torch.flatten(x, 1), self.fc1))
        x = torch.clamp((x * self.fc1.output_scale).round(), -128, 127)
        x = F.relu(dynamic(x, self.fc2))
        x = torch.clamp((x * self.fc2.output_scale).round(), -128, 127)
        x = dynamic(x, self.fc3)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)
