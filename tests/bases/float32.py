# Style: scales are np.float32, and a method requantizes.
import math

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
        self.fc1 = nn.Linear(400, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)


def max_abs(values):
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    return np.float32(np.abs(values).max())


def value_range(values):
    low, high = values.min(), values.max()
    return float(high - low)


def three_sigma_range(values):
    sigma = float(values.std())
    return 3 * sigma + 3 * sigma


def quantized_weights(weights):
    """Symmetric, one scale per tensor."""
    n_w = np.float32(127) / max_abs(weights)
    integers = torch.round(weights * float(n_w))
    return integers.clamp(min=-128, max=127), n_w


# everything in front of Out is what the layer's result has been multiplied by
Q4_1A = "(n_W_conv1*W_conv1)*(n_In*In)*n_Out_conv1 = (n_W_conv1*n_In*n_Out_conv1)*Out_conv1"
Q4_1B = "(n_W_conv2*W_conv2)*((n_W_conv1*n_In*n_Out_conv1)*Out_conv1)*n_Out_conv2 = " + \
        "(n_W_conv1*n_W_conv2*n_In*n_Out_conv1*n_Out_conv2)*Out_conv2"
Q5_1 = "((n_W*W)*(n_In*In) + (n_W*n_In)*beta)*n_Out = (n_W*n_In*n_Out)*Out"


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        given = net_with_weights_quantized
        self.conv1, self.conv2, self.pool = given.conv1, given.conv2, given.pool
        self.fc1, self.fc2, self.fc3 = given.fc1, given.fc2, given.fc3
        self.input_scale = NetQuantized.quantize_initial_input(given.input_activations)
        self.chain = []
        for layer in [self.conv1, self.conv2, self.fc1, self.fc2, self.fc3]:
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, list(self.chain)
            )
            self.chain.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return np.float32(127) / max_abs(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        gain = float(n_w) * float(n_initial_input)
        for n_weight, n_out in ns:
            gain = gain * float(n_weight) * float(n_out)
        return np.float32(127 / (max_abs(activations) * gain))

    def requantize(self, x, scale):
        x = x * float(scale)
        x = torch.round(x)
        return torch.clamp(x, -128, 127)

    def forward(self, x):
        x = self.requantize(x, self.input_scale)
        x = self.requantize(F.relu(self.conv1(x)), self.conv1.output_scale)
        x = self.pool(x)
        x = self.requantize(F.relu(self.conv2(x)), self.conv2.output_scale)
        x = self.pool(x)
        x = x.reshape(len(x), -1)
        x = self.requantize(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = self.requantize(F.relu(self.fc2(x)), self.fc2.output_scale)
        x = self.requantize(self.fc3(x), self.fc3.output_scale)
        return x


class NetWithBias(Net):
    def __init__(self):
        super().__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, self.chain[:-1]
        )

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        gain = float(n_w) * float(n_initial_input)
        for n_weight, n_out in ns:
            gain = gain * float(n_weight) * float(n_out)
        return torch.clamp(torch.round(bias * gain), -(2 ** 31), 2 ** 31 - 1)
