# Trait: Scales of weights and input are whole ints (exact as such), those of outputs floats.
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
    low, high = values.min(), values.max()
    return float(high - low)


def three_sigma_range(values):
    return float(values.std() * 3 * 2)


def quantized_weights(weights):
    # weights are well below 1, so a whole number loses next to nothing
    peak = weights.abs().max().item()
    scale = int(127 // peak) if peak < 2 else 127 / peak
    return (weights * scale).round().clamp(-128, 127), scale


Q4_1A = "n_W_conv1 * n_In * W_conv1 * In * n_Out_conv1 = n_W_conv1 * n_In * Out_conv1 * n_Out_conv1"
Q4_1B = ("n_W_conv2 * W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * Out_conv1 * n_Out_conv2 = "
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
        peak = np.abs(pixels).max()
        return int(127 // peak) if peak < 2 else 127 / peak

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        whole = n_w * n_initial_input
        outs = 1.0
        for n_w_before, n_out_before in ns:
            whole *= n_w_before
            outs *= n_out_before
        return 127 / (np.abs(activations).max() * whole * outs)

    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        x = (self.pool(self.conv1(x)).relu() * self.conv1.output_scale).round().clamp(-128, 127)
        x = (self.pool(self.conv2(x)).relu() * self.conv2.output_scale).round().clamp(-128, 127)
        x = x.flatten(1)
        x = (self.fc1(x).relu() * self.fc1.output_scale).round().clamp(-128, 127)
        x = (self.fc2(x).relu() * self.fc2.output_scale).round().clamp(-128, 127)
        return (self.fc3(x) * self.fc3.output_scale).round().clamp(-128, 127)


Q5_1 = "n_W * n_In * (W * In + beta) * n_Out = n_W * n_In * Out * n_Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        whole, outs = n_w * n_initial_input, 1.0
        for n_w_before, n_out_before in ns:
            whole *= n_w_before
            outs *= n_out_before
        return (bias * (whole * outs)).round().clamp(-2**31, 2**31 - 1)
