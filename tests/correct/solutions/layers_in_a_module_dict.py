# Trait: the layers are moved into an nn.ModuleDict; the net has no attribute conv1 of its own.
from copy import deepcopy
import numpy as np
import torch
from torch import nn

ORDER = "conv1 conv2 fc1 fc2 fc3".split()


def value_range(values):
    return np.ptp(np.asarray(values))


def three_sigma_range(values):
    return 6 * np.asarray(values).std()


def to_int8(values, scale):
    return torch.clamp(torch.round(values * scale), min=-128, max=127)


def quantized_weights(weights):
    n_w = 127.0 / weights.abs().max().item()
    return to_int8(weights, n_w), n_w


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_In * n_W_conv1 * n_Out_conv1 * Out_conv1"
Q4_1B = (
    "n_W_conv2 * W_conv2 * (n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1) * n_Out_conv2 = "
    "n_In * n_W_conv1 * n_Out_conv1 * n_W_conv2 * n_Out_conv2 * Out_conv2"
)


class NetQuantized(nn.Module):
    def __init__(self, trained):
        super().__init__()
        self.input_scale = self.quantize_initial_input(trained.input_activations)
        self.stages = nn.ModuleDict()
        self.factors = []
        for name in ORDER:
            layer = getattr(trained, name)
            stage = self.stages[name] = deepcopy(layer)
            stage.weight.scale = layer.weight.scale
            stage.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, self.factors[:]
            )
            self.factors.append((layer.weight.scale, stage.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127.0 / float(np.abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for pair in ns:
            carried *= pair[0] * pair[1]
        return 127.0 / float(np.abs(activations).max()) / carried

    def forward(self, x):
        x = to_int8(x, self.input_scale)
        for name, stage in self.stages.items():
            if name == "fc1":
                x = x.flatten(start_dim=1)
            x = stage(x)
            if name != "fc3":
                x = x.clamp(min=0)
            if name.startswith("conv"):
                x = nn.functional.max_pool2d(x, 2)
            x = to_int8(x, stage.output_scale)
        return x


Q5_1 = "n_Out * (n_W * W * n_In * In + n_W * n_In * beta) = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, trained):
        super().__init__(trained)
        last = self.stages["fc3"]
        last.bias.data = self.quantized_bias(
            last.bias.data, last.weight.scale, self.input_scale, self.factors[:-1]
        )

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input
        for pair in ns:
            carried *= pair[0] * pair[1]
        return torch.round(bias * carried).clamp(-(2**31), 2**31 - 1)
