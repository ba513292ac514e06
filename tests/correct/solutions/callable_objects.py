# Trait: The graded functions are callable objects of small classes.
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


class Width:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def __call__(self, values):
        return float(self.high(values) - self.low(values))


value_range = Width(low=lambda v: v.min(), high=lambda v: v.max())
three_sigma_range = Width(low=lambda v: v.mean() - 3 * v.std(), high=lambda v: v.mean() + 3 * v.std())


class Fitter:
    target = 127

    def __call__(self, values, carried=1.0):
        return self.target / float(abs(values).max()) / carried


class WeightQuantizer(Fitter):
    def __call__(self, weights):
        scale = super().__call__(weights)
        return (weights * scale).round().clamp(-128, 127), scale


class ActivationFitter(Fitter):
    def __call__(self, activations, n_w, n_initial_input, ns):
        return super().__call__(activations, carried(n_w, n_initial_input, ns))


def carried(n_w, n_initial_input, ns):
    for w, o in ns:
        n_w *= w * o
    return n_w * n_initial_input


quantized_weights = WeightQuantizer()

Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = Out_conv1 * n_Out_conv1 * n_W_conv1 * n_In"
Q4_1B = ("n_W_conv2 * W_conv2 * (Out_conv1 * n_Out_conv1 * n_W_conv1 * n_In) * n_Out_conv2 = "
         "Out_conv2 * n_Out_conv1 * n_Out_conv2 * n_W_conv1 * n_W_conv2 * n_In")


class NetQuantized(nn.Module):
    quantize_initial_input = Fitter()
    quantize_activations = ActivationFitter()

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

    def forward(self, x):
        def q(t, scale):
            return (t * scale).round().clamp(-128, 127)

        x = q(x, self.input_scale)
        x = q(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = q(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = q(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = Out * n_Out * n_W * n_In"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return (bias * carried(n_w, n_initial_input, ns)).round().clamp(-2**31, 2**31 - 1)
