# Trait: quantized_weights returns an int8 tensor, and the loop that stores it makes floats of it.
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


def quantized_weights(weights):
    scale = 127 / float(weights.abs().max())
    return (weights * scale).round().clamp(-128, 127).to(torch.int8), scale


def quantize_layer_weights(model):
    for name in NAMES:
        layer = getattr(model, name)
        integers, scale = quantized_weights(layer.weight.data)
        layer.weight.data = integers.float()
        layer.weight.scale = scale


Q4_1A = "(W_conv1 * n_W_conv1) * (In * n_In) * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = ("(W_conv2 * n_W_conv2) * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv1) * n_Out_conv2 = "
         "n_W_conv1 * n_In * n_Out_conv1 * n_W_conv2 * n_Out_conv2 * Out_conv2")


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
        return 127 / float(np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scale = 127 / float(np.abs(activations).max())
        return scale / (n_w * n_initial_input * float(np.prod([w * o for w, o in ns])))

    def forward(self, x):
        def narrow(t, scale):
            # through real int8 memory, so that nothing else can flow
            return (t * scale).round().clamp(-128, 127).to(torch.int8).float()

        x = narrow(x, self.input_scale)
        x = narrow(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = narrow(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = x.flatten(1)
        x = narrow(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = narrow(F.relu(self.fc2(x)), self.fc2.output_scale)
        return narrow(self.fc3(x), self.fc3.output_scale)


Q5_1 = "((W * n_W) * (In * n_In) + beta * n_W * n_In) * n_Out = n_W * n_In * n_Out * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input * float(np.prod([w * o for w, o in ns]))
        return (bias * scale).round().clamp(-2**31, 2**31 - 1)
