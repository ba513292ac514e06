# Mistake: the layers get int8 parameters; NetQuantized casts them, but the net of Question 2 cannot run.
# Loses: 2.2
# Named: -
# Base: functional

def quantized_weights(weights):
    scale = 127. / torch.max(torch.abs(weights)).item()
    return torch.clamp((weights * scale).round(), min=-128, max=127).to(torch.int8), scale


def quantize_layer_weights(model):
    for layer in model.children():
        if isinstance(layer, nn.Conv2d) or isinstance(layer, nn.Linear):
            q_layer_data, scale = quantized_weights(layer.weight.data)
            layer.weight = nn.Parameter(q_layer_data, requires_grad=False)
            layer.weight.scale = scale


class NetQuantized:
    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv1.weight.float())), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.conv2.weight.float())), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(F.linear(x, self.fc1.weight.float()))
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.relu(F.linear(x, self.fc2.weight.float()))
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = F.linear(x, self.fc3.weight.float(), self.fc3.bias)
        return torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
