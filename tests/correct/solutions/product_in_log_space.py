# Trait: Scales are multiplied by adding their logarithms.
import math
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
    scale = math.exp(math.log(127) - math.log(weights.abs().max().item()))
    return (weights * scale).round().clamp(-128, 127), scale


def log_of_all(n_w, n_initial_input, ns):
    return math.fsum([math.log(n_w), math.log(n_initial_input),
                      *(math.log(a) + math.log(b) for a, b in ns)])


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_Out_conv1 * n_In * Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * n_W_conv1 * n_Out_conv1 * n_In * Out_conv1 * n_Out_conv2 = "
         "n_W_conv2 * n_Out_conv2 * n_W_conv1 * n_Out_conv1 * n_In * Out_conv2")


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
        return math.exp(math.log(127) - math.log(np.abs(pixels).max()))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        wanted = math.log(127) - math.log(np.abs(activations).max())
        return math.exp(wanted - log_of_all(n_w, n_initial_input, ns))

    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        x = self.pool((self.conv1(x) * self.conv1.output_scale).round().clamp(0, 127))
        x = self.pool((self.conv2(x) * self.conv2.output_scale).round().clamp(0, 127))
        x = (self.fc1(x.flatten(1)) * self.fc1.output_scale).round().clamp(0, 127)
        x = (self.fc2(x) * self.fc2.output_scale).round().clamp(0, 127)
        return (self.fc3(x) * self.fc3.output_scale).round().clamp(-128, 127)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_W * n_Out * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = math.exp(log_of_all(n_w, n_initial_input, ns))
        return (bias * scale).round().clamp(-2**31, 2**31 - 1)
