# Mistake: written for a wider net with 3x3 kernels, and forward has its 1152 features in view().
# Loses: 4.3, 4.4, 5.3
# Named: -
# Net: the lab's
# Base: plain
# Without: Net

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 12, 3, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(12, 32, 3, bias=False)
        self.fc1 = nn.Linear(32 * 6 * 6, 256, bias=False)
        self.fc2 = nn.Linear(256, 64, bias=False)
        self.fc3 = nn.Linear(64, 10, bias=False)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 32 * 6 * 6)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


class NetWithBias:
    def __init__(self):
        super(NetWithBias, self).__init__()
        self.fc3 = nn.Linear(64, 10, bias=True)


class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), -128, 127)
        x = x.view(-1, 1152)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).round(), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), -128, 127)
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)
