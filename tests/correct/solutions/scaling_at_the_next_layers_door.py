# Trait: Each output is scaled, rounded and clamped only where the next layer takes it, the logits last.
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
    return torch.round(weights * scale).clamp_(-128, 127), scale


Q4_1A = "In * W_conv1 * n_W_conv1 * n_In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = ("Out_conv1 * W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_W_conv2 * n_Out_conv2 = "
         "n_W_conv1 * n_In * n_Out_conv1 * n_W_conv2 * n_Out_conv2 * Out_conv2")


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
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        m = 1
        for n in (n_initial_input, n_w):
            m *= n
        for w, o in reversed(ns):
            m *= o * w
        return 127 / np.abs(activations).max() / m

    @staticmethod
    def door(x, scale):
        x = x * scale
        x = torch.round(x)
        return torch.clamp(x, -128, 127)

    def forward(self, x):
        wide = self.conv1(self.door(x, self.input_scale))
        wide = self.conv2(self.door(self.pool(F.relu(wide)), self.conv1.output_scale))
        wide = self.pool(F.relu(wide)).flatten(1)
        wide = self.fc1(self.door(wide, self.conv2.output_scale))
        wide = self.fc2(self.door(F.relu(wide), self.fc1.output_scale))
        wide = self.fc3(self.door(F.relu(wide), self.fc2.output_scale))
        return self.door(wide, self.fc3.output_scale)


Q5_1 = "In * W * n_W * n_In * n_Out + beta * n_W * n_In * n_Out = n_W * n_In * n_Out * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        m = n_initial_input * n_w
        for w, o in reversed(ns):
            m *= o * w
        return torch.round(bias * m).clamp_(-2**31, 2**31 - 1)
