# Style: weights go through NumPy, three sigma about the mean are the range, and ReLU comes after the clamp.
import copy

import numpy as np
import torch
from torch import nn

LAYERS = ["conv1", "conv2", "fc1", "fc2", "fc3"]


class Net(nn.Module):
    def __init__(self, bias=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5, bias=False)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5, bias=False)
        self.fc1 = nn.Linear(400, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=bias)


class NetWithBias(Net):
    def __init__(self):
        super().__init__(bias=True)


def copy_model(model):
    twin = copy.deepcopy(model)
    for name in LAYERS:
        weight = getattr(model, name).weight
        if hasattr(weight, "scale"):
            getattr(twin, name).weight.scale = weight.scale
    return twin


def value_range(values):
    v = np.asarray(values)
    return float(np.ptp(v))


def three_sigma_range(values):
    return float(6 * np.std(np.asarray(values)))


def quantized_weights(weights):
    w = weights.detach().cpu().numpy().astype(np.float64)
    limit = max(abs(w.mean() - 3 * w.std()), abs(w.mean() + 3 * w.std()))
    scale = float(127.0 / limit)
    q = np.clip(np.rint(w * scale), -128, 127)
    return torch.from_numpy(q).float(), scale


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        source = copy_model(net_with_weights_quantized)
        for name in LAYERS:
            setattr(self, name, getattr(source, name))
        self.pool = source.pool
        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = self.quantize_initial_input(self.input_activations)
        seen = []
        for name in LAYERS:
            layer = getattr(self, name)
            layer.output_scale = self.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, seen
            )
            seen.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        spread = np.abs(np.mean(pixels)) + 3 * np.std(pixels)
        return 127.0 / spread

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        spread = np.abs(np.mean(activations)) + 3 * np.std(activations)
        already = n_w * n_initial_input * np.prod([w * o for w, o in ns])
        return 127.0 / (spread * already)

    def forward(self, x):
        x = x.mul(self.input_scale).round().clamp(-128, 127)
        for name in LAYERS:
            layer = getattr(self, name)
            if name == "fc1":
                x = x.flatten(start_dim=1)
            x = layer(x).mul(layer.output_scale).round().clamp(-128, 127)
            if name != "fc3":
                x = x.relu()
            if name.startswith("conv"):
                x = self.pool(x)
        return x


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        before = [(getattr(self, n).weight.scale, getattr(self, n).output_scale) for n in LAYERS[:-1]]
        self.fc3.bias.data = self.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, before
        )

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        factor = float(n_w * n_initial_input * np.prod([w * o for w, o in ns]))
        return (bias * factor).round().clamp(-(2 ** 31), 2 ** 31 - 1)


Q4_1A = "(W_conv1 * n_W_conv1) * (In * n_In) * n_Out_conv1 = Out_conv1 * n_W_conv1 * n_In * n_Out_conv1"
Q4_1B = ("(W_conv2 * n_W_conv2) * (W_conv1 * n_W_conv1 * In * n_In * n_Out_conv1) * n_Out_conv2 = "
         "Out_conv2 * n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2")
Q5_1 = "(W * n_W * In * n_In + beta * n_W * n_In) * n_Out = Out * n_W * n_In * n_Out"
