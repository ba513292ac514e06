# Trait: Every scale is a power of two, so whole products of scales are powers of two (bit shifts).
import math
from copy import deepcopy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(16 * 5 * 5, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


class NetWithBias(Net):
    def __init__(self):
        super().__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


def layers_of(model: nn.Module) -> dict[str, nn.Module]:
    """The layers with weights, in the order in which data passes through them."""
    kinds = (nn.Conv2d, nn.Linear)
    return {name: layer for name, layer in model.named_children() if isinstance(layer, kinds)}


def copy_model(model: nn.Module) -> nn.Module:
    result = deepcopy(model)
    for name, layer in layers_of(model).items():
        if hasattr(layer.weight, "scale"):
            getattr(result, name).weight.scale = deepcopy(layer.weight.scale)
    return result


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    return 6 * float(values.std())


def floor_to_power_of_two(number: float) -> float:
    return 2.0 ** math.floor(math.log2(number))


def quantized_weights(weights):
    scale = floor_to_power_of_two(127 / float(weights.abs().max()))
    return torch.clamp((weights * scale).round(), -128, 127), scale


def quantize_layer_weights(model: nn.Module) -> None:
    for name, layer in layers_of(model).items():
        integers, scale = quantized_weights(layer.weight.data)
        if (integers < -128).any() or (integers > 127).any():
            raise ValueError(f"Quantized weights of {name} are out of bounds for an 8-bit integer")
        layer.weight.data = integers
        layer.weight.scale = scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = (
    "n_W_conv2 * W_conv2 * (n_Out_conv1 * (n_W_conv1 * W_conv1 * n_In * In)) * n_Out_conv2"
    " = n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * n_Out_conv2 * Out_conv2"
)


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1 = net_init.conv1
        self.pool = net_init.pool
        self.conv2 = net_init.conv2
        self.fc1 = net_init.fc1
        self.fc2 = net_init.fc2
        self.fc3 = net_init.fc3

        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        preceding_layer_scales = []
        for layer in layers_of(self).values():
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding_layer_scales
            )
            preceding_layer_scales.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return floor_to_power_of_two(127 / float(np.abs(pixels).max()))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        before = n_initial_input * n_w
        for pair in ns:
            before = before * pair[0] * pair[1]
        # Floor the factor itself, so that the result is a power of two.
        return floor_to_power_of_two(127 / float(np.abs(activations).max()) / before)

    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = F.max_pool2d(self.conv1(x), 2)
        x = torch.clamp((F.relu(x) * self.conv1.output_scale).round(), -128, 127)
        x = F.max_pool2d(self.conv2(x), 2)
        x = torch.clamp((F.relu(x) * self.conv2.output_scale).round(), -128, 127)
        x = x.flatten(1)
        x = torch.clamp((F.relu(self.fc1(x)) * self.fc1.output_scale).round(), -128, 127)
        x = torch.clamp((F.relu(self.fc2(x)) * self.fc2.output_scale).round(), -128, 127)
        return torch.clamp((self.fc3(x) * self.fc3.output_scale).round(), -128, 127)


Q5_1 = "n_Out * (n_W * W * n_In * In + n_W * n_In * beta) = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__(net_with_weights_quantized)
        preceding_scales = [
            (layer.weight.scale, layer.output_scale) for layer in layers_of(self).values()
        ][:-1]
        bias = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales
        )
        self.fc3.bias.data = bias

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        shift = n_initial_input * n_w
        for pair in ns:
            shift = shift * pair[0] * pair[1]
        return torch.clamp((bias * shift).round(), -(2**31), 2**31 - 1)
