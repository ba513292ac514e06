# Trait: A decorator rounds and clamps what a function returns; another passes tensors on as arrays.
from copy import deepcopy
from functools import wraps
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


def as_array(function):
    @wraps(function)
    def wrapper(values):
        return float(function(np.asarray(values, dtype=np.float64)))
    return wrapper


def integers(low, high):
    def decorate(function):
        @wraps(function)
        def wrapper(*args):
            return torch.clamp(torch.round(function(*args)), low, high)
        return wrapper
    return decorate


@as_array
def value_range(values):
    return values.max() - values.min()


@as_array
def three_sigma_range(values):
    return 6 * values.std()


@as_array
def peak(values):
    return np.abs(values).max()


@integers(-128, 127)
def scaled(x, factor):
    return x * factor


def quantized_weights(weights):
    factor = 127 / peak(weights)
    return scaled(weights, factor), factor


Q4_1A = "(W_conv1 * n_W_conv1) * (In * n_In) * n_Out_conv1 = Out_conv1 * n_In * n_W_conv1 * n_Out_conv1"
Q4_1B = ("(W_conv2 * n_W_conv2) * (Out_conv1 * n_In * n_W_conv1 * n_Out_conv1) * n_Out_conv2 = "
         "Out_conv2 * n_In * n_W_conv1 * n_Out_conv1 * n_W_conv2 * n_Out_conv2")


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
        return 127 / peak(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        past = n_initial_input * n_w
        for w, o in ns:
            past *= w * o
        return 127 / (peak(activations) * past)

    @integers(-128, 127)
    def hidden(self, x, layer):
        return F.relu(layer(x)) * layer.output_scale

    def forward(self, x):
        x = scaled(x, self.input_scale)
        x = self.pool(self.hidden(x, self.conv1))
        x = self.pool(self.hidden(x, self.conv2)).flatten(1)
        x = self.hidden(self.hidden(x, self.fc1), self.fc2)
        return scaled(self.fc3(x), self.fc3.output_scale)


Q5_1 = "((W * n_W) * (In * n_In) + beta * n_In * n_W) * n_Out = Out * n_In * n_W * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    @integers(-(2**31), 2**31 - 1)
    def quantized_bias(bias, n_w, n_initial_input, ns):
        past = n_initial_input * n_w
        for w, o in ns:
            past *= w * o
        return bias * past
