# Trait: Functions log through the logging module and assert what they return.
import logging
from copy import deepcopy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("lab1")


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
    answer = float(values.max() - values.min())
    assert answer >= 0
    return answer


def three_sigma_range(values):
    answer = float(6 * values.std())
    assert answer >= 0
    return answer


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    log.info("weights of shape %s have scale %.4f", tuple(weights.shape), scale)
    result = torch.clamp(torch.round(weights * scale), -128, 127)
    assert result.shape == weights.shape
    assert torch.equal(result, result.round())
    return result, scale


Q4_1A = "W_conv1 * In * (n_W_conv1 * n_In * n_Out_conv1) = Out_conv1 * (n_W_conv1 * n_In * n_Out_conv1)"
Q4_1B = ("W_conv2 * Out_conv1 * (n_W_conv1 * n_In * n_Out_conv1 * n_W_conv2 * n_Out_conv2) = "
         "Out_conv2 * (n_W_conv1 * n_In * n_Out_conv1 * n_W_conv2 * n_Out_conv2)")


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
        assert pixels.ndim == 1
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        assert len(ns) < 5
        scale = n_w * n_initial_input
        for w, o in ns:
            scale *= w * o
        log.debug("layer %d comes in with %g", len(ns) + 1, scale)
        return 127 / np.abs(activations).max() / scale

    def fit(self, x, scale, name):
        y = torch.round(x * scale)
        beyond = ((y < -128) | (y > 127)).float().mean().item()
        if beyond > 0.01:
            log.warning("%s: %.2f %% saturate", name, 100 * beyond)
        return y.clamp(-128, 127)

    def forward(self, x):
        x = self.fit(x, self.input_scale, "input")
        x = self.fit(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale, "conv1")
        x = self.fit(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale, "conv2")
        x = x.flatten(1)
        assert x.shape[1] == self.fc1.in_features
        x = self.fit(F.relu(self.fc1(x)), self.fc1.output_scale, "fc1")
        x = self.fit(F.relu(self.fc2(x)), self.fc2.output_scale, "fc2")
        return self.fit(self.fc3(x), self.fc3.output_scale, "fc3")


Q5_1 = "W * In * (n_W * n_In * n_Out) + beta * (n_W * n_In * n_Out) = Out * (n_W * n_In * n_Out)"


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
        log.info("bias is scaled by %g", scale)
        return torch.clamp(torch.round(bias * scale), -2**31, 2**31 - 1)
