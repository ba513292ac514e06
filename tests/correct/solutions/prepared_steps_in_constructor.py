# Trait: The constructor prepares a list of (layer, scale, ReLU, pool) steps that forward runs.
from copy import deepcopy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


NAMES = ("conv1", "conv2", "fc1", "fc2", "fc3")


def copy_model(model):
    twin = deepcopy(model)
    for name in NAMES:
        old, new = getattr(model, name), getattr(twin, name)
        for attr in ("activations", "output_scale"):
            if hasattr(old, attr):
                setattr(new, attr, getattr(old, attr))
        if hasattr(old.weight, "scale"):
            new.weight.scale = old.weight.scale
    return twin


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    return float(6 * values.std())


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return torch.round(weights * scale).clamp(-128, 127), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = ("(n_W_conv2 * n_Out_conv2) * W_conv2 * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv1) = "
         "(n_W_conv2 * n_Out_conv2) * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv2)")


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = NetQuantized.quantize_initial_input(source.input_activations)
        self.steps, done = [], []
        for name in NAMES:
            layer = getattr(self, name)
            scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            layer.output_scale = scale
            done.append((layer.weight.scale, scale))
            self.steps.append((name, scale, name != "fc3", name.startswith("conv")))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w, o in ns:
            total *= w * o
        return 127 / np.abs(activations).max() / total

    def forward(self, x):
        x = torch.round(x * self.input_scale).clamp(-128, 127)
        for name, scale, has_relu, has_pool in self.steps:
            layer = getattr(self, name)
            match layer:
                case nn.Linear():
                    x = layer(x.flatten(1))
                case nn.Conv2d():
                    x = layer(x)
            x = torch.round(x * scale).clamp(-128, 127)
            if has_relu:
                x = F.relu(x)
            if has_pool:
                x = self.pool(x)
        return x


Q5_1 = "n_Out * n_W * n_In * (W * In) + n_Out * n_W * n_In * beta = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w, o in ns:
            total *= w * o
        return torch.round(bias * total).clamp(-2**31, 2**31 - 1)
