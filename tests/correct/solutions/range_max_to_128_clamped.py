# Trait: The largest magnitude maps to 128 and the positive end is clamped; scales are np.float32.
from copy import deepcopy
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


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
    values = np.asarray(values)
    return np.ptp(values)


def three_sigma_range(values):
    return 6.0 * np.std(np.asarray(values))


def quantized_weights(weights):
    arr = weights.detach().cpu().numpy()
    scale = np.float32(128) / np.abs(arr).max()
    q = np.clip(np.rint(arr * scale), -128, 127)
    return torch.from_numpy(q), scale


Q4_1A = "Out_conv1 * n_W_conv1 * n_In * n_Out_conv1 = n_Out_conv1 * (n_In * In) * (n_W_conv1 * W_conv1)"
Q4_1B = ("Out_conv2 * n_W_conv1 * n_W_conv2 * n_In * n_Out_conv1 * n_Out_conv2 = "
         "n_Out_conv2 * (n_W_conv2 * W_conv2) * (n_In * n_W_conv1 * n_Out_conv1 * Out_conv1)")


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
        return np.float32(128 / np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        so_far = np.float64(n_w) * np.float64(n_initial_input)
        for pair in ns:
            so_far *= np.prod(np.array(pair, dtype=np.float64))
        return np.float32(128 / np.abs(activations).max() / so_far)

    def forward(self, x):
        def to_int8(t, s):
            return torch.clamp(torch.round(t * s), -128, 127)

        x = to_int8(x, self.input_scale)
        x = self.pool(to_int8(self.conv1(x), self.conv1.output_scale).relu())
        x = self.pool(to_int8(self.conv2(x), self.conv2.output_scale).relu())
        x = x.flatten(1)
        for fc in (self.fc1, self.fc2):
            x = to_int8(fc(x), fc.output_scale).relu()
        return to_int8(self.fc3(x), self.fc3.output_scale)


Q5_1 = "n_W * n_In * n_Out * Out = n_Out * n_In * n_W * (W * In + beta)"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, source):
        super().__init__(source)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in NAMES[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factor = np.float64(n_w) * np.float64(n_initial_input)
        for pair in ns:
            factor *= np.prod(np.array(pair, dtype=np.float64))
        q = np.rint(bias.numpy().astype(np.float64) * factor)
        return torch.from_numpy(np.clip(q, -2.0**31, 2.0**31 - 1).astype(np.float32))
