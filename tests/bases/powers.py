# Style: every scale is a power of two, and ReLU and pool come after the clamp.
import copy
import math
import torch
import torch.nn as nn
import torch.nn.functional as F


# for the extra challenge: every scale is a power of two
def pow2(s):
    return 2.0 ** math.floor(math.log2(s))


def copy_model(model):
    res = copy.deepcopy(model)
    for a, b in zip(res.modules(), model.modules()):
        if isinstance(a, (nn.Conv2d, nn.Linear)) and hasattr(b.weight, "scale"):
            a.weight.scale = b.weight.scale
    return res


def value_range(values):
    biggest, smallest = float(values.max()), float(values.min())
    return biggest - smallest


def three_sigma_range(values):
    mean, sigma = float(values.mean()), float(values.std())
    hi = mean + 3 * sigma
    lo = mean - 3 * sigma
    return hi - lo


def quantized_weights(weights):
    peak = float(weights.abs().max())
    scale = pow2(127 / peak)
    q = torch.round(weights * scale)
    q[q > 127] = 127
    q[q < -128] = -128
    return q, scale


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        n = copy_model(net_with_weights_quantized)
        self.conv1, self.pool, self.conv2 = n.conv1, n.pool, n.conv2
        self.fc1, self.fc2, self.fc3 = n.fc1, n.fc2, n.fc3
        self.input_activations = n.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        scales = []
        for l in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            l.output_scale = NetQuantized.quantize_activations(
                l.activations, l.weight.scale, self.input_scale, scales)
            scales.append((l.weight.scale, l.output_scale))

    def forward(self, x):
        x = (x * self.input_scale).round().clamp(min=-128).clamp(max=127)
        for conv in (self.conv1, self.conv2):
            x = conv(x) * conv.output_scale
            x = x.round().clamp(min=-128).clamp(max=127)
            x = self.pool(F.relu(x))
        x = x.view(x.shape[0], -1)
        for fc in (self.fc1, self.fc2, self.fc3):
            x = fc(x) * fc.output_scale
            x = x.round().clamp(min=-128).clamp(max=127)
            if fc is not self.fc3:
                x = F.relu(x)
        return x

    @staticmethod
    def quantize_initial_input(pixels):
        peak = max(pixels.max(), -pixels.min())
        return pow2(127 / peak)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        peak = max(activations.max(), -activations.min())
        for w, o in ns:
            peak = peak * w * o
        return pow2(127 / (peak * n_w * n_initial_input))


Q4_1A = "n_Out_conv1 * (n_W_conv1 * W_conv1 * n_In * In) = n_Out_conv1 * n_W_conv1 * n_In * Out_conv1"
Q4_1B = """n_Out_conv2 * n_W_conv2 * W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv1 =
           n_Out_conv2 * n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv2"""
Q5_1 = "n_Out * (n_W * W * n_In * In + beta * n_W * n_In) = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        ls = [self.conv1, self.conv2, self.fc1, self.fc2]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale,
            [(l.weight.scale, l.output_scale) for l in ls])

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for w, o in ns:
            s *= w * o
        b = torch.round(bias * s)
        return b.clamp(min=-2.0 ** 31, max=2.0 ** 31 - 1)
