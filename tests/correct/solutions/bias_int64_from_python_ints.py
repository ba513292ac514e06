# Trait: The bias is an int64 tensor of Python ints from a comprehension; the constructor casts it.
from copy import deepcopy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, bias=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5, bias=False)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5, bias=False)
        self.pool = nn.MaxPool2d(kernel_size=2)
        self.fc1 = nn.Linear(400, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=bias)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = self.pool(conv(x).relu())
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = fc(x).relu()
        return self.fc3(x)


class NetWithBias(Net):
    def __init__(self):
        super().__init__(bias=True)


LAYERS = ["conv1", "conv2", "fc1", "fc2", "fc3"]


def copy_model(model):
    copied = deepcopy(model)
    for name in LAYERS:
        source = getattr(model, name)
        if hasattr(source.weight, "scale"):
            getattr(copied, name).weight.scale = source.weight.scale
    return copied


def quantize_layer_weights(model):
    for name in LAYERS:
        layer = getattr(model, name)
        layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    return float(6 * values.std())


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round().clamp(-128, 127), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_Out_conv1 * n_W_conv1 * Out_conv1 * n_In"
Q4_1B = ("n_W_conv2 * W_conv2 * (n_Out_conv1 * n_W_conv1 * Out_conv1 * n_In) * n_Out_conv2 = "
         "n_Out_conv1 * n_W_conv1 * n_Out_conv2 * n_W_conv2 * Out_conv2 * n_In")


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        copied = copy_model(net_with_weights_quantized)
        self.conv1, self.conv2, self.pool = copied.conv1, copied.conv2, copied.pool
        self.fc1, self.fc2, self.fc3 = copied.fc1, copied.fc2, copied.fc3
        self.input_activations = copied.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        ns = []
        for name in LAYERS:
            layer = getattr(self, name)
            n_w = layer.weight.scale
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, n_w, self.input_scale, ns)
            ns.append((n_w, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        arriving = n_w * n_initial_input
        for w, o in zip([pair[0] for pair in ns], [pair[1] for pair in ns]):
            arriving *= w * o
        return 127 / np.abs(activations).max() / arriving

    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = F.relu(torch.clamp((self.conv1(x) * self.conv1.output_scale).round(), -128, 127))
        x = F.relu(torch.clamp((self.conv2(self.pool(x)) * self.conv2.output_scale).round(), -128, 127))
        x = self.pool(x).flatten(1)
        x = F.relu(torch.clamp((self.fc1(x) * self.fc1.output_scale).round(), -128, 127))
        x = F.relu(torch.clamp((self.fc2(x) * self.fc2.output_scale).round(), -128, 127))
        return torch.clamp((self.fc3(x) * self.fc3.output_scale).round(), -128, 127)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_Out * n_W * Out * n_In"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        layers = [getattr(self, name) for name in LAYERS]
        ns = [(layer.weight.scale, layer.output_scale) for layer in layers][:-1]
        integers = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns)
        self.fc3.bias.data = integers.to(self.fc3.weight.dtype)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        arriving = float(n_w) * float(n_initial_input)
        for w, o in zip([pair[0] for pair in ns], [pair[1] for pair in ns]):
            arriving *= float(w) * float(o)
        return torch.tensor([max(-2**31, min(2**31 - 1, round(b * arriving))) for b in bias.tolist()])
