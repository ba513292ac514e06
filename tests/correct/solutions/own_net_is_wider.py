# Trait: The student's Net has more channels and smaller kernels than the lab's, and nothing else depends on that.
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
        for conv in (self.conv1, self.conv2):
            x = self.pool(F.relu(conv(x)))
        x = torch.flatten(x, 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class NetWithBias:
    def __init__(self):
        super(NetWithBias, self).__init__()
        self.fc3 = nn.Linear(64, 10, bias=True)
