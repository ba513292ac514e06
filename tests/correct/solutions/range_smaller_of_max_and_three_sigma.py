# Trait: Weights use the maximum, activations the smaller of their maximum and their upper 3-sigma end.
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
    return abs(float(values.max()) - float(values.min()))


def three_sigma_range(values):
    mu = values.mean()
    sd = values.std()
    return float((mu + 3 * sd) - (mu - 3 * sd))


def quantized_weights(weights):
    factor = 127 / torch.max(torch.abs(weights)).item()
    return torch.clamp(torch.round(torch.mul(weights, factor)), -127, 127), factor


Q4_1A = "(n_W_conv1*W_conv1)*(n_In*In)*(n_Out_conv1) = (n_W_conv1)*(n_In)*(n_Out_conv1)*(Out_conv1)"
Q4_1B = ("(n_W_conv2*W_conv2)*(n_Out_conv1*n_W_conv1*n_In*Out_conv1)*(n_Out_conv2) = "
         "(n_W_conv2)*(n_Out_conv1*n_W_conv1*n_In)*(n_Out_conv2)*(Out_conv2)")


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
        return 127 / np.max(np.abs(pixels))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        largest = np.max(np.abs(activations))
        sigma_end = abs(np.mean(activations)) + 3 * np.std(activations)
        reach = min(largest, sigma_end)
        product = n_w * n_initial_input
        for i, (a, b) in enumerate(ns):
            product *= a * b
        return 127 / (reach * product)

    def forward(self, x):
        # activations are clamped to +-127: the range is symmetric
        x = torch.clamp(torch.round(torch.mul(x, self.input_scale)), -127, 127)
        x = self.pool(torch.relu(self.conv1(x)))
        x = torch.clamp(torch.round(torch.mul(x, self.conv1.output_scale)), -127, 127)
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.clamp(torch.round(torch.mul(x, self.conv2.output_scale)), -127, 127)
        x = torch.flatten(x, start_dim=1)
        x = torch.relu(self.fc1(x))
        x = torch.clamp(torch.round(torch.mul(x, self.fc1.output_scale)), -127, 127)
        x = torch.relu(self.fc2(x))
        x = torch.clamp(torch.round(torch.mul(x, self.fc2.output_scale)), -127, 127)
        x = self.fc3(x)
        return torch.clamp(torch.round(torch.mul(x, self.fc3.output_scale)), -127, 127)


Q5_1 = "((n_W*W)*(n_In*In) + n_W*n_In*beta)*n_Out = n_W*n_In*n_Out*Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        product = n_w * n_initial_input
        for i, (a, b) in enumerate(ns):
            product *= a * b
        return torch.clamp(torch.round(torch.mul(bias, product)), -2**31, 2**31 - 1)
