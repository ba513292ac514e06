# Trait: Clamping is torch.minimum and torch.maximum with 0-d limits.
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


LOWEST, HIGHEST = torch.tensor(-128.0), torch.tensor(127.0)


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    return float(6 * values.std())


def squeeze(t):
    return torch.maximum(LOWEST, torch.minimum(HIGHEST, t.round()))


def quantized_weights(weights):
    scale = 128 / weights.abs().max().item()
    return squeeze(weights * scale), scale


Q4_1A = "n_W_conv1 * (W_conv1 * n_In * In) * n_Out_conv1 = n_W_conv1 * (n_In * Out_conv1) * n_Out_conv1"
Q4_1B = ("n_W_conv2 * (W_conv2 * n_W_conv1 * n_In * Out_conv1 * n_Out_conv1) * n_Out_conv2 = "
         "n_W_conv2 * (n_W_conv1 * n_In * Out_conv2 * n_Out_conv1) * n_Out_conv2")


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = self.quantize_initial_input(source.input_activations)
        done = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            done.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 128 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        p = n_w * n_initial_input
        for w, o in ns:
            p *= w * o
        return 127 / np.abs(activations).max() / p

    def forward(self, x):
        x = squeeze(x * self.input_scale)
        x = squeeze(self.pool(F.relu(self.conv1(x))) * self.conv1.output_scale)
        x = squeeze(self.pool(F.relu(self.conv2(x))) * self.conv2.output_scale)
        x = squeeze(F.relu(self.fc1(x.flatten(1))) * self.fc1.output_scale)
        x = squeeze(F.relu(self.fc2(x)) * self.fc2.output_scale)
        return squeeze(self.fc3(x) * self.fc3.output_scale)


Q5_1 = "n_W * (W * n_In * In + n_In * beta) * n_Out = n_W * (n_In * Out) * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        p = n_w * n_initial_input
        for w, o in ns:
            p *= w * o
        limit = torch.tensor(2.0**31)
        return torch.maximum(-limit, torch.minimum(limit - 1, (bias * p).round()))
