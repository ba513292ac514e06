# Trait: SciPy's bounded minimiser finds the clipping point of least squared error on a sample.
from copy import deepcopy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from scipy.optimize import minimize_scalar


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
    return float(np.ptp(np.asarray(values)))


def three_sigma_range(values):
    return float(6 * np.std(np.asarray(values)))


def optimal_scale(values) -> float:
    values = np.abs(np.asarray(values, dtype=np.float64)).ravel()
    peak = values.max()
    sample = values[:: 1 + values.size // 20_000]

    def distortion(clip):
        step = clip / 127
        return float(np.mean((np.clip(np.rint(sample / step), 0, 127) * step - sample) ** 2))

    found = minimize_scalar(distortion, bounds=(0.6 * peak, peak), method="bounded",
                            options={"maxiter": 20})
    return 127 / float(found.x)


def quantized_weights(weights):
    scale = optimal_scale(weights)
    return torch.clamp(torch.round(weights.double() * scale), -128, 127).to(weights.dtype), scale


def quantize_layer_weights(model: nn.Module) -> None:
    for name, layer in layers_of(model).items():
        integers, scale = quantized_weights(layer.weight.data)
        if (integers < -128).any() or (integers > 127).any():
            raise ValueError(f"Quantized weights of {name} are out of bounds for an 8-bit integer")
        layer.weight.data = integers
        layer.weight.scale = scale


Q4_1A = "n_In * In * (n_W_conv1 * W_conv1) * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = (
    "(n_In * In * (n_W_conv1 * W_conv1) * n_Out_conv1) * (n_W_conv2 * W_conv2) * n_Out_conv2"
    " = n_W_conv1 * n_In * n_Out_conv1 * n_W_conv2 * n_Out_conv2 * Out_conv2"
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
        return optimal_scale(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        chain = [n_initial_input, n_w]
        for pair in ns:
            chain.extend(pair)
        return optimal_scale(activations) / float(np.prod(chain))

    def forward(self, x):
        def int8(values, scale):
            return torch.clamp(torch.round(values.double() * scale), -128, 127).float()

        x = int8(x, self.input_scale)
        x = int8(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = int8(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = x.flatten(1)
        x = int8(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = int8(F.relu(self.fc2(x)), self.fc2.output_scale)
        return int8(self.fc3(x), self.fc3.output_scale)


Q5_1 = "(n_In * In * n_W * W + n_In * n_W * beta) * n_Out = n_W * n_In * n_Out * Out"


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
        chain = [n_initial_input, n_w]
        for pair in ns:
            chain.extend(pair)
        exact = torch.round(bias.double() * float(np.prod(chain)))
        return torch.clamp(exact, -(2**31), 2**31 - 1).to(bias.dtype)
