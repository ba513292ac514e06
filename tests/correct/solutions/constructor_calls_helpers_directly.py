# Trait: The constructor uses the helpers behind the static methods, and keeps the usual attributes.
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


def fit127(values):
    return 127 / float(np.abs(np.asarray(values)).max())


def quantized_weights(weights):
    scale = fit127(weights)
    return torch.round(weights * scale).clamp(-128, 127), scale


Q4_1A = "W_conv1 * n_W_conv1 * (n_In * In) * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = ("W_conv2 * n_W_conv2 * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv1) * n_Out_conv2 = "
         "n_W_conv1 * n_In * n_W_conv2 * n_Out_conv1 * n_Out_conv2 * Out_conv2")


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = fit127(source.input_activations)
        running = self.input_scale
        for name in NAMES:
            layer = getattr(self, name)
            running *= layer.weight.scale
            layer.output_scale = fit127(layer.activations) / running
            running *= layer.output_scale

    @staticmethod
    def quantize_initial_input(pixels):
        return fit127(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        running = n_initial_input
        for w, o in ns:
            running *= w * o
        return fit127(activations) / (running * n_w)

    def forward(self, x):
        x = torch.round(x * self.input_scale).clamp(-128, 127)
        x = torch.round(F.relu(self.conv1(x)) * self.conv1.output_scale).clamp(-128, 127)
        x = torch.round(F.relu(self.conv2(self.pool(x))) * self.conv2.output_scale).clamp(-128, 127)
        x = self.pool(x).flatten(1)
        x = torch.round(F.relu(self.fc1(x)) * self.fc1.output_scale).clamp(-128, 127)
        x = torch.round(F.relu(self.fc2(x)) * self.fc2.output_scale).clamp(-128, 127)
        return torch.round(self.fc3(x) * self.fc3.output_scale).clamp(-128, 127)


Q5_1 = "(W * n_W * (n_In * In) + beta * n_W * n_In) * n_Out = n_W * n_In * n_Out * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        running = n_initial_input
        for w, o in ns:
            running *= w * o
        return torch.round(bias * (running * n_w)).clamp(-2**31, 2**31 - 1)
