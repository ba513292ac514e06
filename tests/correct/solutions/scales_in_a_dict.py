# Trait: forward reads its scales from a dict by layer name that the constructor filled.
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
    scale = float(127 / weights.abs().max())
    return (weights * scale).round().clamp(-128, 127), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_Out_conv1 * Out_conv1 * n_W_conv1 * n_In"
Q4_1B = ("n_W_conv2 * W_conv2 * (n_Out_conv1 * Out_conv1 * n_W_conv1 * n_In) * n_Out_conv2 = "
         "n_Out_conv2 * Out_conv2 * (n_Out_conv1 * n_W_conv1 * n_In) * n_W_conv2")


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = NetQuantized.quantize_initial_input(source.input_activations)
        self.out = {"input": self.input_scale}
        done = []
        for name in NAMES:
            layer = getattr(self, name)
            self.out[name] = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, list(done))
            layer.output_scale = self.out[name]
            done.append((layer.weight.scale, self.out[name]))

    @staticmethod
    def quantize_initial_input(pixels):
        return float(127 / np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        k = n_w * n_initial_input
        while ns:
            (w, o), *ns = ns
            k *= w * o
        return float(127 / np.abs(activations).max() / k)

    def fit(self, x, key):
        return (x * self.out[key]).round().clamp(-128, 127)

    def forward(self, x):
        x = self.fit(x, "input")
        x = self.fit(self.pool(F.relu(self.conv1(x))), "conv1")
        x = self.fit(self.pool(F.relu(self.conv2(x))), "conv2").flatten(1)
        x = self.fit(F.relu(self.fc1(x)), "fc1")
        x = self.fit(F.relu(self.fc2(x)), "fc2")
        return self.fit(self.fc3(x), "fc3")


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_Out * Out * n_W * n_In"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        k = n_w * n_initial_input
        while ns:
            (w, o), *ns = ns
            k *= w * o
        return (bias * k).round().clamp(-2**31, 2**31 - 1)
