# Mistake: another course's net has a third convolution, which the constructor takes and forward uses.
# Loses: 4.3, 4.4, 5.3
# Named: -
# Base: arrays

LAYERS = ["conv1", "conv2", "conv3", "fc1", "fc2", "fc3"]


class Net:
    def __init__(self, bias=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=3, bias=False)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=3, bias=False)
        self.conv3 = nn.Conv2d(16, 32, kernel_size=3, bias=False)
        self.fc1 = nn.Linear(128, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=bias)


def copy_model(model):
    twin = copy.deepcopy(model)
    for ours, theirs in zip(twin.parameters(), model.parameters()):
        if hasattr(theirs, "scale"):
            ours.scale = theirs.scale
    return twin
