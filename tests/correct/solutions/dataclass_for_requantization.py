# Trait: A frozen dataclass describes a requantization and is callable.
from copy import deepcopy
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Requantize:
    factor: float
    bits: int = 8
    signed: bool = field(default=True)

    @property
    def top(self):
        return 2 ** (self.bits - 1) - 1

    def __call__(self, x):
        bottom = -self.top - 1 if self.signed else 0
        return torch.clamp(torch.round(x * self.factor), bottom, self.top)

    @classmethod
    def fitted(cls, values):
        return cls(127 / float(abs(values).max()))


@dataclass
class Span:
    low: float
    high: float

    def width(self):
        return self.high - self.low


def value_range(values):
    return Span(float(values.min()), float(values.max())).width()


def three_sigma_range(values):
    mu, sigma = float(values.mean()), float(values.std())
    return Span(mu - 3 * sigma, mu + 3 * sigma).width()


def quantized_weights(weights):
    step = Requantize.fitted(weights)
    return step(weights), step.factor


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_Out_conv1 * n_W_conv1 * n_In * Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv1 * n_Out_conv2 = "
         "n_Out_conv2 * n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv2")


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
        return Requantize.fitted(pixels).factor

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for pair in ns:
            carried *= pair[0] * pair[1]
        return Requantize.fitted(activations).factor / carried

    def forward(self, x):
        x = Requantize(self.input_scale)(x)
        x = self.pool(Requantize(self.conv1.output_scale, signed=False)(self.conv1(x)))
        x = self.pool(Requantize(self.conv2.output_scale, signed=False)(self.conv2(x)))
        x = x.flatten(1)
        x = Requantize(self.fc1.output_scale, signed=False)(self.fc1(x))
        x = Requantize(self.fc2.output_scale, signed=False)(self.fc2(x))
        return Requantize(self.fc3.output_scale)(self.fc3(x))


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        layers = [getattr(self, name) for name in LAYERS]
        ns = [(layer.weight.scale, layer.output_scale) for layer in layers]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns[:-1])

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for pair in ns:
            carried *= pair[0] * pair[1]
        return Requantize(carried, bits=32)(bias)
