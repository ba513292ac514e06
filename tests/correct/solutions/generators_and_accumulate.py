# Trait: Generators yield the factors, and itertools.accumulate their running products.
from copy import deepcopy
from itertools import accumulate
from operator import mul
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, bias=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5, bias=False)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5, bias=False)
        self.pool = nn.MaxPool2d(kernel_size=2)
        self.fc1 = nn.Linear(400, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=bias)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = self.pool(conv(x).relu())
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = fc(x).relu()
        return self.fc3(x)


class NetWithBias(Net):
    def __init__(self):
        super().__init__(bias=True)


LAYERS = ["conv1", "conv2", "fc1", "fc2", "fc3"]


def copy_model(model):
    copied = deepcopy(model)
    for name in LAYERS:
        source = getattr(model, name)
        if hasattr(source.weight, "scale"):
            getattr(copied, name).weight.scale = source.weight.scale
    return copied


def quantize_layer_weights(model):
    for name in LAYERS:
        layer = getattr(model, name)
        layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    return float(6 * values.std())


def quantized_weights(weights):
    peak = max(float(part.abs().max()) for part in weights)
    return torch.clamp(torch.round(weights * (127 / peak)), -128, 127), 127 / peak


def factors(n_w, n_initial_input, ns):
    yield n_initial_input
    for pair in ns:
        yield from pair
    yield n_w


def last(iterable):
    *_, final = iterable
    return final


Q4_1A = "n_In * In * n_W_conv1 * W_conv1 * n_Out_conv1 = n_In * n_W_conv1 * n_Out_conv1 * Out_conv1"
Q4_1B = ("n_In * In * n_W_conv1 * W_conv1 * n_Out_conv1 * n_W_conv2 * W_conv2 * n_Out_conv2 = "
         "n_In * n_W_conv1 * n_Out_conv1 * n_W_conv2 * n_Out_conv2 * Out_conv2")


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        copied = copy_model(net_with_weights_quantized)
        self.conv1, self.conv2, self.pool = copied.conv1, copied.conv2, copied.pool
        self.fc1, self.fc2, self.fc3 = copied.fc1, copied.fc2, copied.fc3
        self.input_activations = copied.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        ns = []
        for name in LAYERS:
            layer = getattr(self, name)
            n_w = layer.weight.scale
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, n_w, self.input_scale, ns)
            ns.append((n_w, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / float(np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        product = last(accumulate(factors(n_w, n_initial_input, ns), mul))
        return 127 / float(np.abs(activations).max()) / product

    def steps(self, x):
        """Yields what flows into each layer, and at last the logits."""
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        yield x
        for name in LAYERS:
            layer = getattr(self, name)
            x = layer(x.flatten(1) if isinstance(layer, nn.Linear) else x)
            x = x if name == "fc3" else F.relu(x)
            x = self.pool(x) if name.startswith("conv") else x
            x = torch.clamp(torch.round(x * layer.output_scale), -128, 127)
            yield x

    def forward(self, x):
        return last(self.steps(x))


Q5_1 = "(n_In * In * n_W * W + n_In * n_W * beta) * n_Out = n_In * n_W * n_Out * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        layers = [getattr(self, name) for name in LAYERS]
        ns = [(layer.weight.scale, layer.output_scale) for layer in layers]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns[:-1])

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        product = last(accumulate(factors(n_w, n_initial_input, ns), mul))
        return torch.clamp(torch.round(bias * product), -2**31, 2**31 - 1)
