# Trait: torch.ops.quantized_decomposed, the quantizer of exported programs.
# Base: plain

import torch.ao.quantization.fx._decomposed


def to_int8(values, scale):
    quantize = torch.ops.quantized_decomposed.quantize_per_tensor
    return quantize(values, 1 / float(scale), 0, -128, 127, torch.int8).float()


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return to_int8(weights, scale), scale


class NetQuantized:
    def forward(self, x):
        x = to_int8(x, self.input_scale)
        x = to_int8(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = to_int8(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = to_int8(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = to_int8(F.relu(self.fc2(x)), self.fc2.output_scale)
        return to_int8(self.fc3(x), self.fc3.output_scale)
