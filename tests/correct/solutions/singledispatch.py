# Trait: functions of tensors and of arrays are cases of functools.singledispatch.
from copy import deepcopy
from functools import singledispatch
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


@singledispatch
def value_range(values):
    raise TypeError(f"no range of a {type(values).__name__}")


@value_range.register
def _(values: np.ndarray):
    return float(values.max()) - float(values.min())


@value_range.register(torch.Tensor)
def _(values):
    return (values.max() - values.min()).item()


@singledispatch
def deviation(values):
    return float(np.std(values))


def of_tensor(values):
    return values.std(unbiased=False).item()


deviation.register(torch.Tensor, of_tensor)


def three_sigma_range(values):
    return 6 * deviation(values)


@singledispatch
def largest(values):
    raise NotImplementedError


@largest.register(np.ndarray)
@largest.register(torch.Tensor)
def largest_magnitude(values):
    return float(abs(values).max())


def quantized_weights(weights):
    scale = 127 / largest(weights)
    return torch.clamp(torch.round(weights * scale), -128, 127), scale


Q4_1A = "n_W_conv1 * n_In * n_Out_conv1 * (W_conv1 * In) = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = ("W_conv2 * n_W_conv2 * n_Out_conv2 * (W_conv1 * n_W_conv1 * In * n_In * n_Out_conv1) = "
         "Out_conv2 * n_W_conv2 * n_Out_conv2 * n_W_conv1 * n_In * n_Out_conv1")


def carried(n_w, n_initial_input, ns):
    product = n_w * n_initial_input
    for n_weight, n_output in ns:
        product = product * n_weight * n_output
    return product


class NetQuantized(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.pool = net.pool
        self.input_scale = NetQuantized.quantize_initial_input(net.input_activations)
        before = []
        for name in ("conv1", "conv2", "fc1", "fc2", "fc3"):
            given = getattr(net, name)
            layer = deepcopy(given)
            layer.weight.scale = given.weight.scale
            layer.output_scale = NetQuantized.quantize_activations(
                given.activations, given.weight.scale, self.input_scale, list(before))
            before.append((layer.weight.scale, layer.output_scale))
            setattr(self, name, layer)
        self.before = before[:-1]

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / largest(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 127 / largest(activations) / carried(n_w, n_initial_input, ns)

    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        for layer in (self.conv1, self.conv2):
            x = self.pool(F.relu(layer(x)))
            x = torch.clamp(torch.round(x * layer.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        for layer in (self.fc1, self.fc2):
            x = torch.clamp(torch.round(F.relu(layer(x)) * layer.output_scale), -128, 127)
        return torch.clamp(torch.round(self.fc3(x) * self.fc3.output_scale), -128, 127)


Q5_1 = "n_W * n_In * n_Out * (W * In + beta) = Out * n_W * n_In * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net):
        super().__init__(net)
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, self.before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        product = carried(n_w, n_initial_input, ns)
        return torch.clamp(torch.round(bias * product), -2**31, 2**31 - 1)
