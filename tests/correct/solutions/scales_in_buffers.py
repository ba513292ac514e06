# Trait: Scales are registered as buffers of double precision, which forward uses.
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
    return torch.round(weights * scale).clamp(-128, 127), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_In * Out_conv1 * n_W_conv1 * n_Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * (n_In * Out_conv1 * n_W_conv1 * n_Out_conv1) * n_Out_conv2 = "
         "n_In * Out_conv2 * n_W_conv1 * n_Out_conv1 * n_W_conv2 * n_Out_conv2")


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        copied = copy_model(net_with_weights_quantized)
        for name in ["pool"] + LAYERS:
            setattr(self, name, getattr(copied, name))
        self.input_activations = copied.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        ns = []
        for name in LAYERS:
            layer = getattr(self, name)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))
        self.register_buffer("scales", torch.tensor(
            [float(self.input_scale)] + [float(o) for _, o in ns], dtype=torch.float64))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        factors = torch.tensor([n_w, n_initial_input] + [s for pair in ns for s in pair],
                               dtype=torch.float64)
        return 127 / np.abs(activations).max() / torch.prod(factors).item()

    def forward(self, x):
        s0, s1, s2, s3, s4, s5 = self.scales
        x = torch.round(x * s0).clamp(-128, 127)
        x = self.pool(torch.round(F.relu(self.conv1(x)) * s1).clamp(-128, 127))
        x = self.pool(torch.round(F.relu(self.conv2(x)) * s2).clamp(-128, 127))
        x = x.flatten(1)
        x = torch.round(F.relu(self.fc1(x)) * s3).clamp(-128, 127)
        x = torch.round(F.relu(self.fc2(x)) * s4).clamp(-128, 127)
        return torch.round(self.fc3(x) * s5).clamp(-128, 127)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_In * Out * n_W * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        layers = [getattr(self, name) for name in LAYERS]
        ns = [(layer.weight.scale, layer.output_scale) for layer in layers]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns[:-1])

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factors = torch.tensor([n_w, n_initial_input] + [s for pair in ns for s in pair],
                               dtype=torch.float64)
        return torch.round(bias * torch.prod(factors)).clamp(-2**31, 2**31 - 1)
