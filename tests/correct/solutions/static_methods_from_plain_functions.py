# Trait: Static methods are assigned in the class body from plain functions that share a helper.
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


def _largest(values):
    return float(np.max(np.abs(np.asarray(values))))


def _range(values):
    return float(np.ptp(np.asarray(values)))


def _six_sigmas(values):
    return 6 * float(np.std(np.asarray(values)))


value_range, three_sigma_range = _range, _six_sigmas


def _factor(values, divisor=1.0):
    return 127 / _largest(values) / divisor


def _int(values, factor, bits=8):
    half = 2 ** (bits - 1)
    return torch.clamp(torch.round(values * factor), -half, half - 1)


def _quantize_weights(weights):
    factor = _factor(weights)
    return _int(weights, factor), factor


quantized_weights = _quantize_weights


def _through(n_w, n_in, ns):
    for a, b in ns:
        n_in = n_in * a * b
    return n_in * n_w


def _activations(activations, n_w, n_initial_input, ns):
    return _factor(activations, _through(n_w, n_initial_input, ns))


def _bias(bias, n_w, n_initial_input, ns):
    return _int(bias, _through(n_w, n_initial_input, ns), bits=32)


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = Out_conv1 * n_W_conv1 * n_Out_conv1 * n_In"
Q4_1B = ("n_W_conv2 * W_conv2 * Out_conv1 * n_W_conv1 * n_Out_conv1 * n_In * n_Out_conv2 = "
         "Out_conv2 * n_W_conv2 * n_Out_conv2 * n_W_conv1 * n_Out_conv1 * n_In")


class NetQuantized(nn.Module):
    quantize_initial_input = staticmethod(_factor)
    quantize_activations = staticmethod(_activations)

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
        x = _int(x, self.input_scale)
        x = _int(F.relu(self.pool(self.conv1(x))), self.conv1.output_scale)
        x = _int(F.relu(self.pool(self.conv2(x))), self.conv2.output_scale)
        x = x.flatten(1)
        x = _int(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = _int(F.relu(self.fc2(x)), self.fc2.output_scale)
        return _int(self.fc3(x), self.fc3.output_scale)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = Out * n_W * n_Out * n_In"


class NetQuantizedWithBias(NetQuantized):
    quantized_bias = staticmethod(_bias)

    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)
