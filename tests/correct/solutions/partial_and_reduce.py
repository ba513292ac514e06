# Trait: functools.partial and reduce carry scales, roundings and whole layers.
import operator
from copy import deepcopy
from functools import partial, reduce
from itertools import chain
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


product = partial(reduce, operator.mul)
clamp8 = partial(torch.clamp, min=-128, max=127)
clamp32 = partial(torch.clamp, min=-(2**31), max=2**31 - 1)


def compose(*functions):
    return lambda value: reduce(lambda v, f: f(v), functions, value)


def value_range(values):
    return float(operator.sub(values.max(), values.min()))


def three_sigma_range(values):
    return float(product([2, 3, values.std()]))


def quantized_weights(weights):
    scale = operator.truediv(127, weights.abs().max().item())
    return compose(lambda w: torch.mul(w, scale), torch.round, clamp8)(weights), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * Out_conv1 * n_Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * (n_W_conv1 * n_In * Out_conv1 * n_Out_conv1) * n_Out_conv2 = "
         "n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * Out_conv2 * n_Out_conv2")


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
        return operator.truediv(127, np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return reduce(operator.truediv, chain(*ns),
                      127 / np.abs(activations).max() / n_initial_input / n_w)

    def forward(self, x):
        def narrow(scale):
            return compose(lambda t: torch.mul(t, scale), torch.round, clamp8)

        return compose(
            narrow(self.input_scale),
            self.conv1, F.relu, self.pool, narrow(self.conv1.output_scale),
            self.conv2, F.relu, self.pool, narrow(self.conv2.output_scale),
            partial(torch.flatten, start_dim=1),
            self.fc1, F.relu, narrow(self.fc1.output_scale),
            self.fc2, F.relu, narrow(self.fc2.output_scale),
            self.fc3, narrow(self.fc3.output_scale),
        )(x)


Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_W * n_In * Out * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = product(chain([n_initial_input, n_w], *ns))
        return compose(lambda b: torch.mul(b, scale), torch.round, clamp32)(bias)
