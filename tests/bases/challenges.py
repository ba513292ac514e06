# Style: a plain module that answers all of Question C as well, with a loop where others have a formula.
import math
from copy import deepcopy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(16 * 5 * 5, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)


class NetWithBias(Net):
    def __init__(self):
        super(NetWithBias, self).__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


def copy_model(model):
    result = deepcopy(model)
    for new, old in zip(result.children(), model.children()):
        if hasattr(old, "weight") and hasattr(old.weight, "scale"):
            new.weight.scale = deepcopy(old.weight.scale)
    return result


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    mu, sigma = values.mean(), values.std()
    return float((mu + 3 * sigma) - (mu - 3 * sigma))


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = (
    "n_W_conv2 * W_conv2 * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv1) * n_Out_conv2"
    " = n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2"
)
Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_W * n_In * n_Out * Out"


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super(NetQuantized, self).__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1 = net_init.conv1
        self.pool = net_init.pool
        self.conv2 = net_init.conv2
        self.fc1 = net_init.fc1
        self.fc2 = net_init.fc2
        self.fc3 = net_init.fc3

        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        preceding = []
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding
            )
            preceding.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / float(np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 127 / (float(np.abs(activations).max()) * total)

    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).round(), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), -128, 127)
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        preceding_scales = [
            (layer.weight.scale, layer.output_scale)
            for layer in (self.conv1, self.conv2, self.fc1, self.fc2)
        ]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales
        )

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)


def power_of_two_scale(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    return 2.0 ** math.floor(math.log2(scale))


class NetQuantizedPow2(NetQuantized):
    def __init__(self, net_profiled):
        net_init = copy_model(net_profiled)
        self.quantize_in_place(net_init)
        super(NetQuantizedPow2, self).__init__(net_init)
        self.find_scales()

    @staticmethod
    def quantize_in_place(net):
        for layer in (net.conv1, net.conv2, net.fc1, net.fc2, net.fc3):
            weights = layer.weight.data
            layer.weight.scale = power_of_two_scale(127 / weights.abs().max().item())
            layer.weight.data = torch.clamp((weights * layer.weight.scale).round(), -128, 127)

    def find_scales(self):
        self.input_scale = power_of_two_scale(self.quantize_initial_input(self.input_activations))
        total = self.input_scale
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            total = total * layer.weight.scale
            layer.output_scale = power_of_two_scale(127 / np.abs(layer.activations).max() / total)
            total = total * layer.output_scale


def quantize_multiplier(scale):
    if not (scale > 0 and math.isfinite(scale)):
        raise ValueError(scale)
    shift = 0
    while scale < 0.5:
        scale, shift = scale * 2, shift + 1
    while scale >= 1:
        scale, shift = scale / 2, shift - 1
    multiplier = round(scale * 2**31)
    if multiplier == 2**31:
        return 2**30, shift - 1
    return multiplier, shift


def requantize(accumulator, multiplier, shift):
    if not 2**30 <= multiplier < 2**31:
        raise ValueError(multiplier)
    product = accumulator * multiplier
    unit = 2 ** (31 + shift)
    down = torch.div(product, unit, rounding_mode="floor")
    left = product - down * unit
    up = (2 * left > unit) | ((2 * left == unit) & (down % 2 != 0))
    return down + up


class NetQuantizedInteger(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedInteger, self).__init__(net_with_weights_quantized)
        self.factors = {
            name: quantize_multiplier(float(getattr(self, name).output_scale))
            for name in ("conv1", "conv2", "fc1", "fc2", "fc3")
        }

    def rescale(self, name, x):
        return requantize(x, *self.factors[name]).clamp(-128, 127)

    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127).long()
        for name in ("conv1", "conv2"):
            x = F.conv2d(x, getattr(self, name).weight.data.long())
            x = self.rescale(name, F.max_pool2d(F.relu(x), 2))
        x = torch.flatten(x, 1)
        for name in ("fc1", "fc2"):
            x = self.rescale(name, F.relu(F.linear(x, getattr(self, name).weight.data.long())))
        return self.rescale("fc3", F.linear(x, self.fc3.weight.data.long()))


def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    scale = most / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), -most - 1, most), scale


LAYER_BITS = {"conv1": 6, "conv2": 5, "fc1": 4, "fc2": 5, "fc3": 6}


class NetQuantizedMixed(NetQuantized):
    def __init__(self, net_profiled):
        net_init = copy_model(net_profiled)
        for name, bits in LAYER_BITS.items():
            layer = getattr(net_init, name)
            layer.weight.data, layer.weight.scale = quantized_weights_nbit(layer.weight.data, bits)
        super(NetQuantizedMixed, self).__init__(net_init)


def quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns):
    if not 2 <= bits <= 32:
        raise ValueError(bits)
    wide = NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)
    return torch.clamp(wide, min=-(2 ** (bits - 1)), max=2 ** (bits - 1) - 1)


BIAS_BITS = 13


def quantized_weights_per_channel(weights):
    shape = (-1,) + (1,) * (weights.dim() - 1)
    scales = 127 / torch.amax(weights.abs(), dim=tuple(range(1, weights.dim())))
    return torch.clamp((weights * scales.view(shape)).round(), -128, 127), scales
