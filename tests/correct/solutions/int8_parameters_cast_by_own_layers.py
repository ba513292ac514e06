# Trait: The layers are classes of the student's own that hold int8 parameters and cast them where they compute.
# Net: the lab's
# Base: functional

class Conv(nn.Conv2d):
    def forward(self, x):
        return F.conv2d(x, self.weight.float())


class Dense(nn.Linear):
    def forward(self, x):
        return F.linear(x, self.weight.float(), self.bias)


class Net:
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = Conv(3, 6, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = Conv(6, 16, 5, bias=False)
        self.fc1 = Dense(16 * 5 * 5, 120, bias=False)
        self.fc2 = Dense(120, 84, bias=False)
        self.fc3 = Dense(84, 10, bias=False)


class NetWithBias:
    def __init__(self):
        super(NetWithBias, self).__init__()
        self.fc3 = Dense(84, 10, bias=True)


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
        x = self.pool(F.relu(F.conv2d(x, self.conv1.weight.float())))
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = self.pool(F.relu(F.conv2d(x, self.conv2.weight.float())))
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(F.linear(x, self.fc1.weight.float()))
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.relu(F.linear(x, self.fc2.weight.float()))
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = F.linear(x, self.fc3.weight.float(), self.fc3.bias)
        return torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
