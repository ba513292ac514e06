# Trait: torch.ops.quantized computes convolutions and linear layers, with 128 as the zero point of the activations.
# Base: functional

import warnings

warnings.filterwarnings("ignore")


def packed(weight, bias=None):
    """Weights as they are, with a scale of 1, in the layout of the engine."""
    weight = torch.quantize_per_tensor(weight.detach().contiguous(), 1.0, 0, torch.qint8)
    if weight.dim() == 4:
        return torch.ops.quantized.conv2d_prepack(weight, bias, [1, 1], [0, 0], [1, 1], 1)
    return torch.ops.quantized.linear_prepack(weight, bias)


class NetQuantized:
    def forward(self, x):
        x = torch.quantize_per_tensor(x.contiguous(), 1 / float(self.input_scale), 128, torch.quint8)
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            x = torch._make_per_tensor_quantized_tensor(x.int_repr(), 1.0, 128)
            step = 1 / float(layer.output_scale)
            bias = None if layer.bias is None else layer.bias.detach()
            if isinstance(layer, nn.Conv2d):
                x = torch.ops.quantized.conv2d(x, packed(layer.weight, bias), step, 128)
                x = F.max_pool2d(torch.relu(x), 2)
            else:
                x = x.flatten(1) if layer is self.fc1 else x
                x = torch.ops.quantized.linear(x, packed(layer.weight, bias), step, 128)
                x = x if layer is self.fc3 else torch.relu(x)
        return x.int_repr().float() - 128
