# Trait: Convolutions and products run on int64 tensors; only the scaling is done in float64.
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
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round().clamp(-128, 127), scale


Q4_1A = "n_W_conv1*W_conv1*(n_In*In)*n_Out_conv1 = (n_W_conv1*n_In)*n_Out_conv1*Out_conv1"
Q4_1B = ("n_W_conv2*W_conv2*((n_W_conv1*n_In)*n_Out_conv1*Out_conv1)*n_Out_conv2 = "
         "n_W_conv2*((n_W_conv1*n_In)*n_Out_conv1)*n_Out_conv2*Out_conv2")


def whole(tensor):
    return tensor.detach().to(torch.int64)


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
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        arriving = n_w * n_initial_input
        for w, o in ns:
            arriving *= w * o
        return 127 / np.abs(activations).max() / arriving

    def forward(self, x):
        def narrow(accumulator, scale):
            return torch.clamp(torch.round(accumulator.double() * float(scale)), -128, 127).long()

        x = narrow(x, self.input_scale)
        for conv in (self.conv1, self.conv2):
            accumulator = F.conv2d(x, whole(conv.weight))
            x = F.max_pool2d(torch.clamp(narrow(accumulator, conv.output_scale), min=0), 2)
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = torch.clamp(narrow(x @ whole(fc.weight).T, fc.output_scale), min=0)
        accumulator = x @ whole(self.fc3.weight).T
        if self.fc3.bias is not None:
            accumulator = accumulator + whole(self.fc3.bias)
        return narrow(accumulator, self.fc3.output_scale).float()


Q5_1 = "(n_W*W*(n_In*In) + (n_W*n_In)*beta)*n_Out = (n_W*n_In)*n_Out*Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        arriving = n_w * n_initial_input
        for w, o in ns:
            arriving *= w * o
        return (bias * arriving).round().clamp(-2**31, 2**31 - 1)
