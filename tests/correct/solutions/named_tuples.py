# Trait: NamedTuples stand for pairs of scales and for the answer of quantized_weights.
from copy import deepcopy
from typing import NamedTuple
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class QuantizedTensor(NamedTuple):
    integers: torch.Tensor
    scale: float


class LayerScales(NamedTuple):
    weight: float
    output: float

    def product(self):
        return self.weight * self.output


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


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return QuantizedTensor(integers=(weights * scale).round().clamp(-128, 127), scale=scale)


def quantize_layer_weights(model):
    for name in NAMES:
        layer = getattr(model, name)
        answer = quantized_weights(layer.weight.data)
        layer.weight.data = answer.integers
        layer.weight.scale = answer.scale


Q4_1A = "(n_W_conv1 * W_conv1) * (n_In * In) * n_Out_conv1 = (n_W_conv1 * n_In) * n_Out_conv1 * Out_conv1"
Q4_1B = ("(n_W_conv2 * W_conv2) * ((n_W_conv1 * n_In) * n_Out_conv1 * Out_conv1) * n_Out_conv2 = "
         "(n_W_conv1 * n_In * n_Out_conv1) * n_W_conv2 * n_Out_conv2 * Out_conv2")


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(source, name))
        self.input_scale = self.quantize_initial_input(source.input_activations)
        self.layer_scales = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, self.layer_scales)
            self.layer_scales.append(LayerScales(layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for pair in ns:
            total *= LayerScales(*pair).product()
        return 127 / np.abs(activations).max() / total

    def forward(self, x):
        outputs = [scales.output for scales in self.layer_scales]
        x = (x * self.input_scale).round().clamp(-128, 127)
        x = (self.pool(F.relu(self.conv1(x))) * outputs[0]).round().clamp(-128, 127)
        x = (self.pool(F.relu(self.conv2(x))) * outputs[1]).round().clamp(-128, 127)
        x = (F.relu(self.fc1(x.flatten(1))) * outputs[2]).round().clamp(-128, 127)
        x = (F.relu(self.fc2(x)) * outputs[3]).round().clamp(-128, 127)
        return (self.fc3(x) * outputs[4]).round().clamp(-128, 127)


Q5_1 = "((n_W * W) * (n_In * In) + (n_W * n_In) * beta) * n_Out = (n_W * n_In) * n_Out * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, self.layer_scales[:-1])

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for pair in ns:
            total *= LayerScales(*pair).product()
        return (bias * total).round().clamp(-2**31, 2**31 - 1)
