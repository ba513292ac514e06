# Trait: torch.ao.nn.quantized.functional on whatever engine is the default.
# Base: named

import torch.ao.nn.quantized.functional as quantized


class NetQuantized:
    def forward(self, x):
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in NAMES:
            layer = getattr(self, name)
            x = torch.quantize_per_tensor(x, 1.0, 128, torch.quint8)
            weight = torch.quantize_per_tensor(layer.weight.detach(), 1.0, 0, torch.qint8)
            step = 1 / float(layer.output_scale)
            if name.startswith("conv"):
                x = quantized.conv2d(x, weight, None, scale=step, zero_point=128)
                x = quantized.max_pool2d(x, 2, 2)
            else:
                x = x.flatten(1)
                x = quantized.linear(x, weight, layer.bias, scale=step, zero_point=128)
            x = x.int_repr().float() - 128
            x = x if name == "fc3" else x.relu()
        return x
