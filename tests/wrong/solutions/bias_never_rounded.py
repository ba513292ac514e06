# Mistake: the scaled bias is clamped to 32 bits and stays a fraction.
# Loses: 5.2
# Named: bias-unrounded
import torch
import torch.nn as nn
import torch.nn.functional as F
from copy import deepcopy


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 6, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5, bias=False)
        self.fc1 = nn.Linear(16 * 5 * 5, 120, bias=False)
        self.fc2 = nn.Linear(120, 84, bias=False)
        self.fc3 = nn.Linear(84, 10, bias=False)


class NetWithBias(Net):
    def __init__(self):
        super(NetWithBias, self).__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)


def copy_model(model):
    result = deepcopy(model)
    for new, old in zip(result.children(), model.children()):
        if hasattr(old, "weight") and hasattr(old.weight, "scale"):
            new.weight.scale = deepcopy(old.weight.scale)
    return result


def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    mu, sigma = values.mean(), values.std()
    return float((mu + 3 * sigma) - (mu - 3 * sigma))


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale


Q4_1A = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1"
Q4_1B = (
    "n_W_conv2 * W_conv2 * (n_W_conv1 * n_In * n_Out_conv1 * Out_conv1) * n_Out_conv2"
    " = n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2 * Out_conv2"
)
Q5_1 = "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_W * n_In * n_Out * Out"


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super(NetQuantized, self).__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1 = net_init.conv1
        self.pool = net_init.pool
        self.conv2 = net_init.conv2
        self.fc1 = net_init.fc1
        self.fc2 = net_init.fc2
        self.fc3 = net_init.fc3

        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        preceding = []
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding
            )
            preceding.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / float(abs(pixels).max())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 127 / (float(abs(activations).max()) * total)

    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), -128, 127)
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).round(), -128, 127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), -128, 127)
        x = self.fc3(x)
        return torch.clamp((x * self.fc3.output_scale).round(), -128, 127)


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        preceding_scales = [
            (layer.weight.scale, layer.output_scale)
            for layer in (self.conv1, self.conv2, self.fc1, self.fc2)
        ]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales
        )

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        return torch.clamp(bias * scale, min=-2147483648, max=2147483647)
