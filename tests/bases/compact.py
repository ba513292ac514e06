# Style: lambdas for what is shared, and the 99.95th percentile of the magnitudes at 127.5.
from copy import deepcopy
from functools import reduce

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

names = "conv1 conv2 fc1 fc2 fc3".split()
prod = lambda ns: reduce(lambda acc, pair: acc * pair[0] * pair[1], ns, 1.0)
top = lambda v: float(np.quantile(np.abs(np.asarray(v, dtype=np.float64)), 0.9995))


def copy_model(model):
    other = deepcopy(model)
    for n in names:
        if hasattr(getattr(model, n).weight, "scale"):
            getattr(other, n).weight.scale = getattr(model, n).weight.scale
    return other


a = "n_W_conv1 * n_In * n_Out_conv1"
b = a + " * n_W_conv2 * n_Out_conv2"
Q4_1A = f"{a} * W_conv1 * In = {a} * Out_conv1"
Q4_1B = f"{b} * W_conv2 * W_conv1 * In = {b} * Out_conv2"
Q5_1 = "n_W * n_In * n_Out * (W * In + beta) = n_W * n_In * n_Out * Out"


def value_range(values):
    values = np.asarray(values)
    return float(values.max() - values.min())


def three_sigma_range(values):
    values = np.asarray(values)
    return float(2 * 3 * values.std())


def quantized_weights(weights):
    scale = 127.5 / top(weights.detach().cpu())
    return (weights * scale).round().clamp(-128, 127), scale


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        src = copy_model(net_with_weights_quantized)
        self.pool = src.pool
        self.input_scale = NetQuantized.quantize_initial_input(src.input_activations)
        done = []
        for n in names:
            layer = getattr(src, n)
            setattr(self, n, layer)
            n_w = layer.weight.scale
            s = NetQuantized.quantize_activations(layer.activations, n_w, self.input_scale, done)
            layer.output_scale = s
            done = done + [(n_w, s)]

    def forward(self, x):
        q = lambda t, s: (t * s).round().clamp(-128, 127)
        x = q(x, self.input_scale)
        x = q(F.max_pool2d(F.relu(self.conv1(x)), 2), self.conv1.output_scale)
        x = q(F.max_pool2d(F.relu(self.conv2(x)), 2), self.conv2.output_scale)
        x = x.flatten(1)
        x = q(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)

    @staticmethod
    def quantize_initial_input(pixels):
        return 127.5 / top(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 127.5 / top(activations) / float(n_w * n_initial_input * prod(ns))


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in names[:-1]]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before
        )

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return (bias * float(n_w * n_initial_input * prod(ns))).round().clamp(-2**31, 2**31 - 1)
