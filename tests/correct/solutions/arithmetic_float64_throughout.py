# Trait: The net is turned to double in its constructor, and all of its arithmetic is float64.
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
    return float(values.max()) - float(values.min())


def three_sigma_range(values):
    return 6 * float(values.std())


def quantized_weights(weights):
    precise = weights.double()
    scale = (127 / precise.abs().max()).item()
    return torch.clamp(torch.round(precise * scale), -128, 127), scale


def quantize_layer_weights(model):
    model.double()
    for name in NAMES:
        layer = getattr(model, name)
        layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = Out_conv1 * (n_W_conv1 * n_In) * n_Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 * n_Out_conv2 = "
         "Out_conv2 * (n_W_conv1 * n_W_conv2 * n_In) * (n_Out_conv1 * n_Out_conv2)")


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        twin = copy_model(source)
        for name in (*NAMES, "pool"):
            setattr(self, name, getattr(twin, name))
        for name in NAMES:  # .data keeps the attributes of the parameter
            layer = getattr(self, name)
            layer.weight.data = layer.weight.data.double()
            if layer.bias is not None:
                layer.bias.data = layer.bias.data.double()
        self.input_scale = self.quantize_initial_input(source.input_activations)
        ns = []
        for name in NAMES:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return float(127 / np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scale = 127 / np.abs(activations).max() / (n_w * n_initial_input)
        for w, o in ns:
            scale /= w * o
        return float(scale)

    def forward(self, x):
        x = x.double()
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = torch.clamp(torch.round(self.conv1(x) * self.conv1.output_scale), 0, 127)
        x = self.pool(x)
        x = torch.clamp(torch.round(self.conv2(x) * self.conv2.output_scale), 0, 127)
        x = self.pool(x).flatten(1)
        x = torch.clamp(torch.round(self.fc1(x) * self.fc1.output_scale), 0, 127)
        x = torch.clamp(torch.round(self.fc2(x) * self.fc2.output_scale), 0, 127)
        return torch.clamp(torch.round(self.fc3(x) * self.fc3.output_scale), -128, 127)


Q5_1 = "n_W * W * n_In * In * n_Out + n_W * n_In * n_Out * beta = Out * n_W * n_In * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w, o in ns:
            scale *= w * o
        return torch.clamp(torch.round(bias.double() * scale), -2**31, 2**31 - 1)
