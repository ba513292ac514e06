"""Another net than the lab's: 12 and 32 channels, and a second kernel of 3x3."""

import torch
from torch import nn
from torch.nn import functional


class Net(nn.Module):
    """The lab's net, wider; no bias."""

    last_bias = False

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(12, 32, 3, bias=False)
        self.fc1 = nn.Linear(32 * 6 * 6, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=self.last_bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (n, 3, 32, 32) to logits (n, 10)."""
        x = self.pool(functional.relu(self.conv1(x)))  # (n, 12, 28, 28) -> (n, 12, 14, 14)
        x = self.pool(functional.relu(self.conv2(x)))  # (n, 32, 12, 12) -> (n, 32, 6, 6)
        x = torch.flatten(x, 1)
        x = functional.relu(self.fc1(x))
        x = functional.relu(self.fc2(x))
        return self.fc3(x)


class NetWithBias(Net):
    """The same with a bias in the last layer."""

    last_bias = True
