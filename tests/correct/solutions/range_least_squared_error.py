# Trait: A grid search over clipping points takes the scale with the least squared error.
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
    return float(values.std() * 6)


def best_scale(values, tries=24):
    """Looks at some 40,000 values, and at the largest one."""
    values = np.abs(np.asarray(values, dtype=np.float64).ravel())
    top = values.max()
    some = values[:: max(1, values.size // 40000)]
    best, least = None, np.inf
    for clip in np.linspace(0.5, 1.0, tries) * top:
        s = 127 / clip
        error = np.square(np.minimum(np.rint(some * s), 127) / s - some).sum()
        if error < least:
            best, least = s, error
    return float(best)


def quantized_weights(weights):
    s = best_scale(weights)
    return torch.round(weights * s).clamp(-128, 127), s


Q4_1A = "W_conv1 * n_W_conv1 * In * n_In * n_Out_conv1 = Out_conv1 * n_W_conv1 * n_In * n_Out_conv1"
Q4_1B = ("W_conv2 * n_W_conv2 * W_conv1 * n_W_conv1 * In * n_In * n_Out_conv1 * n_Out_conv2 = "
         "Out_conv2 * n_W_conv1 * n_W_conv2 * n_In * n_Out_conv1 * n_Out_conv2")


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
        return best_scale(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        s = best_scale(activations) / n_w / n_initial_input
        for w, o in ns:
            s = s / w / o
        return s

    def forward(self, x):
        scales = [self.input_scale] + [getattr(self, name).output_scale for name in NAMES]
        stages = [
            lambda t: t,
            lambda t: self.pool(F.relu(self.conv1(t))),
            lambda t: self.pool(F.relu(self.conv2(t))),
            lambda t: F.relu(self.fc1(torch.flatten(t, 1))),
            lambda t: F.relu(self.fc2(t)),
            self.fc3,
        ]
        for stage, s in zip(stages, scales):
            x = torch.round(stage(x) * s).clamp(-128, 127)
        return x


Q5_1 = "W * n_W * In * n_In * n_Out + beta * n_W * n_In * n_Out = Out * n_W * n_In * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for w, o in ns:
            s = s * w * o
        return torch.round(bias * s).clamp(-2147483648, 2147483647)
