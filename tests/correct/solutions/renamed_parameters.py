# Trait: Parameters have the student's own names, and the constructor uses those as keywords.
from copy import deepcopy
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


def value_range(t):
    return float(t.max() - t.min())


def three_sigma_range(t):
    return float(6 * t.std())


def quantized_weights(w):
    s = 127 / w.abs().max().item()
    return (w * s).round().clamp(-128, 127), s


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_In * n_Out_conv1 * n_W_conv1 * Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * n_In * n_Out_conv1 * n_W_conv1 * Out_conv1 * n_Out_conv2 = "
         "n_In * n_Out_conv1 * n_W_conv1 * n_Out_conv2 * n_W_conv2 * Out_conv2")


class NetQuantized(nn.Module):
    def __init__(self, model):
        super().__init__()
        model = copy_model(model)
        self.conv1, self.conv2, self.pool = model.conv1, model.conv2, model.pool
        self.fc1, self.fc2, self.fc3 = model.fc1, model.fc2, model.fc3
        self.input_scale = NetQuantized.quantize_initial_input(image_values=model.input_activations)
        history = []
        for name in LAYERS:
            layer = getattr(self, name)
            layer.output_scale = NetQuantized.quantize_activations(
                acts=layer.activations, weight_scale=layer.weight.scale,
                image_scale=self.input_scale, history=history)
            history.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(image_values):
        return 127 / np.abs(image_values).max()

    @staticmethod
    def quantize_activations(acts, weight_scale, image_scale, history=()):
        total = weight_scale * image_scale
        for past_weight_scale, past_output_scale in history:
            total *= past_weight_scale * past_output_scale
        return 127 / np.abs(acts).max() / total

    def forward(self, images):
        x = (images * self.input_scale).round().clamp(-128, 127)
        x = (self.pool(F.relu(self.conv1(x))) * self.conv1.output_scale).round().clamp(-128, 127)
        x = (self.pool(F.relu(self.conv2(x))) * self.conv2.output_scale).round().clamp(-128, 127)
        x = x.flatten(1)
        x = (F.relu(self.fc1(x)) * self.fc1.output_scale).round().clamp(-128, 127)
        x = (F.relu(self.fc2(x)) * self.fc2.output_scale).round().clamp(-128, 127)
        return (self.fc3(x) * self.fc3.output_scale).round().clamp(-128, 127)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_In * n_Out * n_W * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, model):
        super().__init__(model)
        layers = [getattr(self, name) for name in LAYERS]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale,
            [(layer.weight.scale, layer.output_scale) for layer in layers[:-1]])

    @staticmethod
    def quantized_bias(b, weight_scale, image_scale, history=()):
        total = weight_scale * image_scale
        for past_weight_scale, past_output_scale in history:
            total *= past_weight_scale * past_output_scale
        return (b * total).round().clamp(-2**31, 2**31 - 1)
