# Trait: The net keeps its layers in a Python list, of which PyTorch does not know, and under no name, beside a lazy one without a shape.
from copy import deepcopy
from math import prod
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


value_range = lambda v: float(v.max() - v.min())
three_sigma_range = lambda v: float(6 * v.std())
q = lambda x, n, top=127: torch.round(x * n).clamp(-top - 1, top)
quantized_weights = lambda weights: (q(weights, n := 127 / weights.abs().max().item()), n)

Q4_1A = "n_W_conv1*W_conv1*n_In*In*n_Out_conv1=n_W_conv1*n_In*n_Out_conv1*Out_conv1"
Q4_1B = "n_W_conv2*W_conv2*n_W_conv1*n_In*n_Out_conv1*Out_conv1*n_Out_conv2=" \
        "n_W_conv1*n_In*n_Out_conv1*n_W_conv2*n_Out_conv2*Out_conv2"


class NetQuantized(nn.Module):
    def __init__(self, source):
        super().__init__()
        source = copy_model(source)
        self.steps = list([getattr(source, n) for n in NAMES])
        self.spare = nn.LazyLinear(3)
        self.input_scale = self.quantize_initial_input(source.input_activations)
        done = []
        for layer in self.steps:
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, done)
            done.append((layer.weight.scale, layer.output_scale))

    quantize_initial_input = staticmethod(lambda pixels: 127 / np.abs(pixels).max())
    quantize_activations = staticmethod(
        lambda activations, n_w, n_initial_input, ns:
        127 / np.abs(activations).max() / prod([n_w, n_initial_input, *(w * o for w, o in ns)]))

    def forward(self, x):
        x = q(x, self.input_scale)
        for i, layer in enumerate(self.steps):
            if i == 2:
                x = x.flatten(1)
            x = layer(x)
            if i < 2:
                x = nn.functional.max_pool2d(x, 2)
            if i < 4:
                x = x.relu()
            x = q(x, layer.output_scale)
        return x


Q5_1 = "(n_W*W*n_In*In+n_W*n_In*beta)*n_Out=n_W*n_In*n_Out*Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(l.weight.scale, l.output_scale) for l in self.steps[:-1]]
        self.steps[-1].bias.data = self.quantized_bias(
            self.steps[-1].bias.data, self.steps[-1].weight.scale, self.input_scale, before)

    quantized_bias = staticmethod(
        lambda bias, n_w, n_initial_input, ns:
        q(bias, prod([n_w, n_initial_input, *(w * o for w, o in ns)]), 2**31 - 1))
