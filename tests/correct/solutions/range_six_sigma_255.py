# Trait: The handout's formula for the three-sigma range, 255 over six sigma.
import torch, numpy as np
import torch.nn as nn, torch.nn.functional as F
from copy import deepcopy


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


def value_range(values): return float(values.max()) - float(values.min())
def three_sigma_range(values): return 6 * float(values.std())
def scale_for(values): return 255 / three_sigma_range(values)


def quantized_weights(weights):
    s = scale_for(weights)
    return (s * weights).round().clamp(-128, 127), s


Q4_1A = "n_In*In*n_W_conv1*W_conv1*n_Out_conv1=n_In*n_W_conv1*n_Out_conv1*Out_conv1"
Q4_1B = "n_In*n_W_conv1*n_Out_conv1*Out_conv1*n_W_conv2*W_conv2*n_Out_conv2=" \
        "n_In*n_W_conv1*n_Out_conv1*n_W_conv2*n_Out_conv2*Out_conv2"


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
        return scale_for(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        k = 1.0
        for w, o in ns:
            k *= w
            k *= o
        return scale_for(activations) / (n_initial_input * k * n_w)

    def forward(self, x):
        x = (self.input_scale * x).round().clamp(-128, 127)
        x = self.pool((self.conv1.output_scale * self.conv1(x).relu()).round().clamp(-128, 127))
        x = self.pool((self.conv2.output_scale * self.conv2(x).relu()).round().clamp(-128, 127))
        x = x.reshape(len(x), -1)
        x = (self.fc1.output_scale * self.fc1(x).relu()).round().clamp(-128, 127)
        x = (self.fc2.output_scale * self.fc2(x).relu()).round().clamp(-128, 127)
        x = (self.fc3.output_scale * self.fc3(x)).round().clamp(-128, 127)
        return x


Q5_1 = "n_In*In*n_W*W*n_Out+n_In*n_W*n_Out*beta=n_In*n_W*n_Out*Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        k = 1.0
        for w, o in ns:
            k *= w
            k *= o
        return (n_initial_input * k * n_w * bias).round().clamp(-2**31, 2**31 - 1)
