# Trait: The net has no layers: it keeps the weights, the bias and all scales as lists of tensors and numbers.
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


def farthest_from_zero(numbers):
    return float(np.linalg.norm(np.ravel(numbers), np.inf))


def whole_numbers(numbers, bits):
    half = 1 << (bits - 1)
    return numbers.round().clip(-half, half - 1)


def value_range(values):
    numbers = np.array(values, dtype=float)
    return numbers.max() - numbers.min()


def three_sigma_range(values):
    return 2 * (3 * np.array(values, dtype=float).std())


def quantized_weights(weights):
    factor = 127 / farthest_from_zero(weights)
    return whole_numbers(factor * weights, 8), factor


Q4_1A = "In * n_In * W_conv1 * n_W_conv1 * n_Out_conv1 = Out_conv1 * n_In * n_W_conv1 * n_Out_conv1"
Q4_1B = ("In * n_In * W_conv1 * n_W_conv1 * n_Out_conv1 * W_conv2 * n_W_conv2 * n_Out_conv2"
         " = Out_conv2 * n_In * n_W_conv1 * n_Out_conv1 * n_W_conv2 * n_Out_conv2")


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        self.weights = [getattr(source, n).weight.detach().clone() for n in NAMES]
        scales = [getattr(source, n).weight.scale for n in NAMES]
        self.weight_scales = scales
        self.input_scale = self.quantize_initial_input(source.input_activations)
        self.done = []
        for n, s in zip(NAMES, scales):
            out = self.quantize_activations(getattr(source, n).activations, s, self.input_scale, self.done)
            self.done.append((s, out))
        self.bias = None

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / farthest_from_zero(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        on_the_way = np.prod(np.ravel(ns)) * n_initial_input * n_w
        return float(127 / (on_the_way * farthest_from_zero(activations)))

    def forward(self, x):
        F = nn.functional
        x = whole_numbers(self.input_scale * x, 8)
        for i, (w, (_, out)) in enumerate(zip(self.weights, self.done)):
            if i < 2:
                x = F.max_pool2d(F.conv2d(x, w), 2)
            else:
                x = F.linear(x.flatten(1), w, self.bias if i == 4 else None)
            if i < 4:
                x = x.relu()
            x = whole_numbers(out * x, 8)
        return x


Q5_1 = "In * n_In * W * n_W * n_Out + beta * n_In * n_W * n_Out = Out * n_In * n_W * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        self.bias = self.quantized_bias(
            source.fc3.bias.data, self.weight_scales[-1], self.input_scale, self.done[:-1])

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        on_the_way = np.prod(np.ravel(ns)) * n_initial_input * n_w
        return whole_numbers(float(on_the_way) * bias, 32)
