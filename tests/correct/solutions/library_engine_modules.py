# Trait: modules of torch.ao.nn.quantized take over the integers of the layers.
# Base: plain

import torch.ao.nn.quantized as nnq


def module(layer):
    if isinstance(layer, nn.Conv2d):
        made = nnq.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size, bias=False)
    else:
        made = nnq.Linear(layer.in_features, layer.out_features)
    integers = torch.quantize_per_tensor(layer.weight.detach(), 1.0, 0, torch.qint8)
    made.set_weight_bias(integers, layer.bias)
    made.scale, made.zero_point = 1 / float(layer.output_scale), 128
    return made


class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
            if layer is self.fc1:
                x = x.flatten(1)
            x = torch.quantize_per_tensor(x, 1.0, 128, torch.quint8)
            x = module(layer)(x).int_repr().float() - 128
            if layer is not self.fc3:
                x = F.relu(x)
            if isinstance(layer, nn.Conv2d):
                x = self.pool(x)
        return x
