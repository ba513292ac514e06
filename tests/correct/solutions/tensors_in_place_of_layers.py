# Trait: The net has no layers: it keeps the weights, the bias and all scales as lists of tensors and numbers.
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
        self.weights = [getattr(source, n).weight.detach().clone() for n in NAMES]
        scales = [getattr(source, n).weight.scale for n in NAMES]
        self.weight_scales = scales
        self.input_scale = self.quantize_initial_input(source.input_activations)
        self.done = []
        for n, s in zip(NAMES, scales):
            out = self.quantize_activations(getattr(source, n).activations, s, self.input_scale, self.done)
            self.done.append((s, out))
        self.bias = None

    quantize_initial_input = staticmethod(lambda pixels: 127 / np.abs(pixels).max())
    quantize_activations = staticmethod(
        lambda activations, n_w, n_initial_input, ns:
        127 / np.abs(activations).max() / prod([n_w, n_initial_input, *(w * o for w, o in ns)]))

    def forward(self, x):
        F = nn.functional
        x = q(x, self.input_scale)
        for i, (w, (_, out)) in enumerate(zip(self.weights, self.done)):
            if i < 2:
                x = F.max_pool2d(F.conv2d(x, w), 2)
            else:
                x = F.linear(x.flatten(1), w, self.bias if i == 4 else None)
            if i < 4:
                x = x.relu()
            x = q(x, out)
        return x


Q5_1 = "(n_W*W*n_In*In+n_W*n_In*beta)*n_Out=n_W*n_In*n_Out*Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        self.bias = self.quantized_bias(
            source.fc3.bias.data, self.weight_scales[-1], self.input_scale, self.done[:-1])

    quantized_bias = staticmethod(
        lambda bias, n_w, n_initial_input, ns:
        q(bias, prod([n_w, n_initial_input, *(w * o for w, o in ns)]), 2**31 - 1))
