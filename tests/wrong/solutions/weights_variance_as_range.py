# Mistake: three variances instead of three standard deviations.
# Loses: 2.1
# Named: weights-clips-much
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


def quantized_weights(weights):
    mean, var = weights.mean().item(), weights.var().item()
    scale = 127.0 / (abs(mean) + 3 * var)
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

def value_range(values):
    return (values.max() - values.min()).item()

def three_sigma_range(values):
    return 6.0 * values.std().item()

Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * Out_conv1 * n_Out_conv2"
         " = n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2")
Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_W * n_In * n_Out * Out"

class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super(NetQuantized, self).__init__()

        net_init = copy_model(net_with_weights_quantized)
        self.conv1 = net_init.conv1
        self.pool = net_init.pool
        self.conv2 = net_init.conv2
        self.fc1 = net_init.fc1
        self.fc2 = net_init.fc2
        self.fc3 = net_init.fc3

        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        preceding_layer_scales = []
        for layer in [self.conv1, self.conv2, self.fc1, self.fc2, self.fc3]:
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding_layer_scales)
            preceding_layer_scales.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return 127.0 / np.max(np.abs(pixels))

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float,
                             ns: List[Tuple[float, float]]) -> float:
        n = n_w * n_initial_input
        for i in range(len(ns)):
            n = n * ns[i][0] * ns[i][1]
        return 127.0 / (np.max(np.abs(activations)) * n)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.round(self.input_scale * x)
        x = torch.clamp(x, min=-128, max=127)

        x = self.pool(F.relu(self.conv1(x)))
        x = torch.round(self.conv1.output_scale * x)
        x = torch.clamp(x, min=-128, max=127)

        x = self.pool(F.relu(self.conv2(x)))
        x = torch.round(self.conv2.output_scale * x)
        x = torch.clamp(x, min=-128, max=127)

        x = x.view(-1, self.fc1.in_features)
        x = F.relu(self.fc1(x))
        x = torch.round(self.fc1.output_scale * x)
        x = torch.clamp(x, min=-128, max=127)

        x = F.relu(self.fc2(x))
        x = torch.round(self.fc2.output_scale * x)
        x = torch.clamp(x, min=-128, max=127)

        x = self.fc3(x)
        x = torch.round(self.fc3.output_scale * x)
        x = torch.clamp(x, min=-128, max=127)
        return x

class NetWithBias(Net):
    def __init__(self):
        super(NetWithBias, self).__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)

class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)

        preceding_scales = [(layer.weight.scale, layer.output_scale) for layer in self.children()
                            if isinstance(layer, nn.Conv2d) or isinstance(layer, nn.Linear)][:-1]

        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales)

    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float,
                       ns: List[Tuple[float, float]]) -> torch.Tensor:
        n = n_w * n_initial_input
        for i in range(len(ns)):
            n = n * ns[i][0] * ns[i][1]
        return torch.clamp((bias * n).round(), min=-2147483648, max=2147483647)
