# Trait: torch's own quantizer rounds and saturates, through its int8 representation.
from copy import deepcopy
import warnings
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


warnings.filterwarnings("ignore", message=".*quantize.*")


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    return float(6 * values.std())


def as_int8(values, n):
    step = 1.0 / float(n)
    return torch.quantize_per_tensor(values.detach().contiguous(), step, 0, torch.qint8).int_repr().float()


def quantized_weights(weights):
    n = 127 / weights.abs().max().item()
    return as_int8(weights, n), n


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = Out_conv1 * n_Out_conv1 * n_In * n_W_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * (Out_conv1 * n_Out_conv1 * n_In * n_W_conv1) * n_Out_conv2 = "
         "Out_conv2 * n_Out_conv2 * n_Out_conv1 * n_In * n_W_conv1 * n_W_conv2")


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
        return 127 / float(np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        n = n_w * n_initial_input
        for a, b in ns:
            n = n * a * b
        return 127 / float(np.abs(activations).max()) / n

    def forward(self, x):
        x = as_int8(x, self.input_scale)
        x = self.pool(F.relu(as_int8(self.conv1(x), self.conv1.output_scale)))
        x = self.pool(F.relu(as_int8(self.conv2(x), self.conv2.output_scale)))
        x = x.flatten(1)
        x = F.relu(as_int8(self.fc1(x), self.fc1.output_scale))
        x = F.relu(as_int8(self.fc2(x), self.fc2.output_scale))
        return as_int8(self.fc3(x), self.fc3.output_scale)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = Out * n_Out * n_In * n_W"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        n = n_w * n_initial_input
        for a, b in ns:
            n = n * a * b
        return (bias * n).round().clamp(-2**31, 2**31 - 1)
