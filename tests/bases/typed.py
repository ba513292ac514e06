# Style: annotated, with a helper for each idea, and the largest magnitude at 128, where it is clamped.
from __future__ import annotations

import math
from copy import deepcopy
from typing import List, Tuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

INT8_MIN, INT8_MAX = -128, 127


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(16 * 5 * 5, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)


class NetWithBias(Net):
    def __init__(self) -> None:
        super().__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


def copy_model(model: nn.Module) -> nn.Module:
    clone = deepcopy(model)
    for (_, ours), (_, theirs) in zip(clone.named_parameters(), model.named_parameters()):
        if hasattr(theirs, "scale"):
            ours.scale = theirs.scale
    return clone


def largest_magnitude(values) -> float:
    return max(abs(float(values.min())), abs(float(values.max())))


def to_int8(x: torch.Tensor, scale: float) -> torch.Tensor:
    """Scale, round to the nearest integer, saturate."""
    return torch.round(x * scale).clamp(INT8_MIN, INT8_MAX)


def product(ns: List[Tuple[float, float]]) -> float:
    return math.prod(a * b for a, b in ns)


def value_range(values: torch.Tensor | np.ndarray) -> float:
    return float(values.max()) - float(values.min())


def three_sigma_range(values: torch.Tensor | np.ndarray) -> float:
    center, sigma = float(values.mean()), float(values.std())
    return (center + 3 * sigma) - (center - 3 * sigma)


def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    scale = 128 / largest_magnitude(weights)
    return to_int8(weights, scale), scale


Q4_1A = "n_In * n_W_conv1 * n_Out_conv1 * W_conv1 * In = n_In * n_W_conv1 * n_Out_conv1 * Out_conv1"
Q4_1B = "n_In*n_W_conv1*n_Out_conv1*n_W_conv2*n_Out_conv2*W_conv2*Out_conv1" \
        " = n_In*n_W_conv1*n_Out_conv1*n_W_conv2*n_Out_conv2*Out_conv2"
Q5_1 = "n_W * n_In * n_Out * W * In + n_W * n_In * n_Out * beta = n_W * n_In * n_Out * Out"


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized: nn.Module) -> None:
        super().__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1, self.conv2, self.pool = net_init.conv1, net_init.conv2, net_init.pool
        self.fc1, self.fc2, self.fc3 = net_init.fc1, net_init.fc2, net_init.fc3
        self.input_scale = NetQuantized.quantize_initial_input(net_init.input_activations)
        ns: List[Tuple[float, float]] = []
        for layer in self.layers():
            n_w = layer.weight.scale
            n_out = NetQuantized.quantize_activations(layer.activations, n_w, self.input_scale, ns)
            layer.output_scale = n_out
            ns.append((n_w, n_out))

    def layers(self) -> List[nn.Module]:
        return [self.conv1, self.conv2, self.fc1, self.fc2, self.fc3]

    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return 128 / largest_magnitude(pixels)

    @staticmethod
    def quantize_activations(
        activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]
    ) -> float:
        scales_so_far = n_initial_input * product(ns) * n_w
        return 128 / largest_magnitude(activations) / scales_so_far

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = to_int8(x, self.input_scale)
        x = to_int8(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = to_int8(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = x.view(x.size(0), -1)
        x = to_int8(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = to_int8(F.relu(self.fc2(x)), self.fc2.output_scale)
        return to_int8(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized: nn.Module) -> None:
        super().__init__(net_with_weights_quantized)
        ns = [(layer.weight.scale, layer.output_scale) for layer in self.layers()[:-1]]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns
        )

    @staticmethod
    def quantized_bias(
        bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]
    ) -> torch.Tensor:
        scaled = bias * (n_w * n_initial_input * product(ns))
        return scaled.round().clamp(-(2**31), 2**31 - 1)
