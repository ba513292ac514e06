# Trait: Rounding is floor(x + 1/2) by hand, with ties sent back to the even neighbour.
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


def round_half_even(t):
    base = torch.floor(t)
    rest = t - base  # exact in floating point
    odd = torch.remainder(base, 2)
    up = (rest > 0.5).to(t.dtype) + (rest == 0.5).to(t.dtype) * odd
    return base + up


def quantized_weights(weights):
    n = 127 / torch.max(weights.abs()).item()
    return torch.clamp(round_half_even(weights * n), -128, 127), n


Q4_1A = "n_W_conv1*W_conv1 * n_In*In * n_Out_conv1 = n_In * n_W_conv1 * n_Out_conv1 * Out_conv1"
Q4_1B = ("n_W_conv2*W_conv2 * (n_In*n_W_conv1*n_Out_conv1) * W_conv1*In * n_Out_conv2 = "
         "(n_In*n_W_conv1*n_Out_conv1) * n_W_conv2*n_Out_conv2 * Out_conv2")


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
        return 127 / max(pixels.max(), abs(pixels.min()))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        n = n_initial_input * n_w
        for w, o in ns:
            n *= w
            n *= o
        return 127 / max(activations.max(), abs(activations.min())) / n

    def forward(self, x):
        def q(t, n):
            return torch.clamp(round_half_even(t * n), -128, 127)

        x = q(x, self.input_scale)
        x = q(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = q(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = q(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)


Q5_1 = "n_In*n_W*n_Out * Out = (n_W*W * n_In*In + n_In*n_W * beta) * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        n = n_initial_input * n_w
        for w, o in ns:
            n *= w
            n *= o
        return torch.clamp(round_half_even(bias * n), -2.0**31, 2.0**31 - 1)
