# Trait: A grey-scale net and a deeper one stand beside the lab's, each trained for comparison.
# Base: functional

class NetForDigits(nn.Module):
    def __init__(self):
        super(NetForDigits, self).__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, bias=False)
        self.fc1 = nn.Linear(4 * 13 * 13, 10, bias=False)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        return self.fc1(x.view(-1, 4 * 13 * 13))


class DeepNet(nn.Module):
    def __init__(self):
        super(DeepNet, self).__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(), nn.MaxPool2d(4))
        self.fc = nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        return self.fc(self.features(x).flatten(1))


models = {"digits": NetForDigits(), "deep": DeepNet()}
for title, model in models.items():
    print(title, sum(p.numel() for p in model.parameters()))
