# Style: scales are tensors without dimensions from beginning to end.
import copy
import torch
import torch.nn as nn

lowest, highest = -128, 127
order = ('conv1', 'conv2', 'fc1', 'fc2', 'fc3')


def copy_model(m):
    c = copy.deepcopy(m)
    for k in order:
        if hasattr(getattr(m, k).weight, 'scale'):
            getattr(c, k).weight.scale = copy.deepcopy(getattr(m, k).weight.scale)
    return c


def quantized_weights(weights):
    n = highest / weights.abs().max()
    return torch.clamp(torch.round(weights * n), lowest, highest), n


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        m = copy_model(net_with_weights_quantized)
        self.conv1, self.conv2 = m.conv1, m.conv2
        self.fc1, self.fc2, self.fc3 = m.fc1, m.fc2, m.fc3
        self.pool = m.pool
        self.input_scale = NetQuantized.quantize_initial_input(m.input_activations)
        ns = []
        for k in order:
            layer = getattr(self, k)
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return highest / torch.as_tensor(pixels).abs().max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        biggest = torch.as_tensor(activations).abs().max()
        biggest = biggest * n_w * n_initial_input
        for pair in ns:
            biggest = biggest * pair[0] * pair[1]
        return highest / biggest

    def forward(self, x):
        def quant(t, s):
            return torch.clamp(torch.round(t * s), lowest, highest)

        x = quant(x, self.input_scale)
        for k in ('conv1', 'conv2'):
            conv = getattr(self, k)
            x = quant(self.pool(torch.relu(conv(x))), conv.output_scale)
        x = torch.flatten(x, 1)
        for k in ('fc1', 'fc2'):
            fc = getattr(self, k)
            x = quant(torch.relu(fc(x)), fc.output_scale)
        return quant(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        ns = [(getattr(self, k).weight.scale, getattr(self, k).output_scale) for k in order[:4]]
        self.fc3.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc3.bias.data, self.fc3.weight.scale, self.input_scale, ns)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for pair in ns:
            s = s * pair[0] * pair[1]
        return torch.clamp(torch.round(bias * s), -2**31, 2**31 - 1)


def value_range(values):
    t = torch.as_tensor(values).flatten()
    return (t.max() - t.min()).item()


def three_sigma_range(values):
    t = torch.as_tensor(values).flatten()
    upper = t.mean() + 3 * t.std()
    lower = t.mean() - 3 * t.std()
    return (upper - lower).item()


Q4_1A = 'n_W_conv1*W_conv1 * n_In*In * n_Out_conv1 = n_W_conv1*n_In*n_Out_conv1*Out_conv1'
Q4_1B = 'n_W_conv2*W_conv2 * n_W_conv1*n_In*n_Out_conv1*W_conv1*In * n_Out_conv2 = ' \
        'n_W_conv1*n_W_conv2*n_In*n_Out_conv1*n_Out_conv2*Out_conv2'
Q5_1 = 'n_Out * (n_W*W * n_In*In + n_W*n_In*beta) = n_W*n_In*n_Out*Out'
