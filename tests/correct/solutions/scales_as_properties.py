# Trait: Properties of the net give all scales and the combined multiplier of each layer.
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
    return (weights * scale).round().clamp(-128, 127), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_In * n_Out_conv1 * Out_conv1 * n_W_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * (n_In * n_Out_conv1 * Out_conv1 * n_W_conv1) * n_Out_conv2 = "
         "n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2 * n_W_conv1 * n_W_conv2")


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
        c = n_w * n_initial_input
        for w, o in ns:
            c *= w * o
        return 127 / np.abs(activations).max() / c

    @property
    def layers(self):
        return [getattr(self, name) for name in NAMES]

    @property
    def scales(self):
        return [self.input_scale, *(layer.output_scale for layer in self.layers)]

    @property
    def is_last(self):
        return [layer is self.fc3 for layer in self.layers]

    def forward(self, x):
        first, *others = self.scales
        x = (x * first).round().clamp(-128, 127)
        for layer, scale, last in zip(self.layers, others, self.is_last):
            if isinstance(layer, nn.Linear):
                x = x.flatten(1)
            x = (layer(x) * scale).round().clamp(-128 if last else 0, 127)
            if isinstance(layer, nn.Conv2d):
                x = self.pool(x)
        return x


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_In * n_Out * Out * n_W"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        c = n_w * n_initial_input
        for w, o in ns:
            c *= w * o
        return (bias * c).round().clamp(-2**31, 2**31 - 1)
