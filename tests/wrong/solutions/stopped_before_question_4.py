# Mistake: the work ends with the weights: no equations and no classes.
# Loses: 4.1a, 4.1b, 4.2a, 4.2b, 4.3, 4.4, 5.1, 5.2, 5.3
# Named: -
import torch
import torch.nn as nn
import torch.nn.functional as F
import numpy as np
from copy import deepcopy
from typing import List, Tuple

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(16 * 5 * 5, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, self.fc1.in_features)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)

def copy_model(model):
    result = deepcopy(model)
    for layer_name in ["conv1", "conv2", "fc1", "fc2", "fc3"]:
        original = getattr(model, layer_name)
        if hasattr(original.weight, "scale"):
            getattr(result, layer_name).weight.scale = original.weight.scale
    return result

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    max_weight = torch.max(torch.abs(weights)).item()
    scale = 127.0 / max_weight
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

def quantize_layer_weights(model):
    for layer in model.children():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)

def value_range(values):
    return (values.max() - values.min()).item()

def three_sigma_range(values):
    return 6.0 * values.std().item()

# Question 4: not done yet
