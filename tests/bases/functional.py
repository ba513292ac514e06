# Style: of 2020, with the lab's own helper functions; forward calls torch.nn.functional on the weights.
import numpy as np
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

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = self.fc3(x)
        return x


def copy_model(model):
    result = deepcopy(model)
    # Copy over the extra metadata which deepcopy doesn't capture
    if hasattr(model, 'input_activations'):
        result.input_activations = deepcopy(model.input_activations)
    for result_layer, original_layer in zip(result.children(), model.children()):
        if isinstance(result_layer, nn.Conv2d) or isinstance(result_layer, nn.Linear):
            if hasattr(original_layer.weight, 'scale'):
                result_layer.weight.scale = deepcopy(original_layer.weight.scale)
            if hasattr(original_layer, 'activations'):
                result_layer.activations = deepcopy(original_layer.activations)
            if hasattr(original_layer, 'output_scale'):
                result_layer.output_scale = deepcopy(original_layer.output_scale)
    return result

class NetWithBias(Net):
    def __init__(self):
        super(NetWithBias, self).__init__()
        self.fc3 = nn.Linear(84, 10, bias=True)

def value_range(values):
    return values.max().item() - values.min().item()

def three_sigma_range(values):
    return 3 * values.std().item() - (-3 * values.std().item())

def quantized_weights(weights):
    max_val = torch.max(torch.abs(weights)).item()
    scale = 127. / max_val
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

def quantize_layer_weights(model):
    for layer in model.children():
        if isinstance(layer, nn.Conv2d) or isinstance(layer, nn.Linear):
            q_layer_data, scale = quantized_weights(layer.weight.data)
            layer.weight.data = q_layer_data
            layer.weight.scale = scale
            if (q_layer_data < -128).any() or (q_layer_data > 127).any():
                raise Exception("Quantized weights of {} are out of bounds".format(layer))
            if (q_layer_data != q_layer_data.round()).any():
                raise Exception("Quantized weights of {} are non-integer".format(layer))

Q4_1A = "n_Out_conv1*n_In*n_W_conv1*W_conv1*In = n_Out_conv1*n_In*n_W_conv1*Out_conv1"
Q4_1B = ("n_Out_conv2*n_W_conv2*W_conv2*n_Out_conv1*n_In*n_W_conv1*Out_conv1 = "
         "n_Out_conv2*n_W_conv2*n_Out_conv1*n_In*n_W_conv1*Out_conv2")

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
        preceding_layer_scales = []
        for layer in self.conv1, self.conv2, self.fc1, self.fc2, self.fc3:
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding_layer_scales)
            preceding_layer_scales.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127. / np.max(np.abs(pixels))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        prior = n_initial_input
        for weight_scale, output_scale in ns:
            prior *= (weight_scale * output_scale)
        return 127. / (np.max(np.abs(activations)) * prior * n_w)

    def forward(self, x):
        x = torch.clamp(torch.round(x * self.input_scale), -128, 127)
        x = F.conv2d(x, self.conv1.weight)
        x = F.max_pool2d(F.relu(x), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv1.output_scale), -128, 127)
        x = F.conv2d(x, self.conv2.weight)
        x = F.max_pool2d(F.relu(x), kernel_size=2, stride=2)
        x = torch.clamp(torch.round(x * self.conv2.output_scale), -128, 127)
        x = torch.flatten(x, 1)
        x = F.relu(F.linear(x, self.fc1.weight))
        x = torch.clamp(torch.round(x * self.fc1.output_scale), -128, 127)
        x = F.relu(F.linear(x, self.fc2.weight))
        x = torch.clamp(torch.round(x * self.fc2.output_scale), -128, 127)
        x = F.linear(x, self.fc3.weight, self.fc3.bias)
        x = torch.clamp(torch.round(x * self.fc3.output_scale), -128, 127)
        return x

Q5_1 = "n_Out*n_In*n_W*W*In + n_Out*n_In*n_W*beta = n_Out*n_In*n_W*Out"

class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
        preceding_scales = [(layer.weight.scale, layer.output_scale) for layer in self.children()
                            if isinstance(layer, nn.Conv2d) or isinstance(layer, nn.Linear)][:-1]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, preceding_scales)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        prior = n_initial_input
        for weight_scale, output_scale in ns:
            prior *= (weight_scale * output_scale)
        return torch.clamp((bias * prior * n_w).round(), min=-2147483648, max=2147483647)
