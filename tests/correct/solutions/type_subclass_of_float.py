# Trait: A small subclass of float carries the name of the layer rule that made it.
from copy import deepcopy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Scale(float):
    """A float that knows where it comes from."""

    def __new__(cls, number, origin="?"):
        self = super().__new__(cls, number)
        self.origin = origin
        return self

    def __deepcopy__(self, memo):
        return Scale(float(self), self.origin)

    def apply(self, tensor):
        return tensor.mul(float(self)).round().clamp(-128, 127)


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
    return 6 * float(values.std())


def quantized_weights(weights):
    scale = Scale(127 / weights.abs().max().item(), "weights")
    return scale.apply(weights), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_Out_conv1 * n_In * n_W_conv1 * Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * (n_Out_conv1 * n_In * n_W_conv1 * Out_conv1) * n_Out_conv2 = "
         "n_Out_conv2 * n_W_conv2 * n_Out_conv1 * n_In * n_W_conv1 * Out_conv2")


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
        return Scale(127 / np.abs(pixels).max(), "input")

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        gathered = n_w * n_initial_input
        for pair in ns:
            gathered *= pair[0] * pair[1]
        return Scale(127 / np.abs(activations).max() / gathered, f"output {len(ns)}")

    def forward(self, x):
        apply = Scale.apply
        x = apply(self.input_scale, x)
        x = apply(self.conv1.output_scale, self.pool(F.relu(self.conv1(x))))
        x = apply(self.conv2.output_scale, self.pool(F.relu(self.conv2(x))))
        x = apply(self.fc1.output_scale, F.relu(self.fc1(torch.flatten(x, 1))))
        x = apply(self.fc2.output_scale, F.relu(self.fc2(x)))
        return apply(self.fc3.output_scale, self.fc3(x))


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_Out * n_In * n_W * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        gathered = n_w * n_initial_input
        for pair in ns:
            gathered *= pair[0] * pair[1]
        return bias.mul(gathered).round().clamp(-(2**31), 2**31 - 1)
