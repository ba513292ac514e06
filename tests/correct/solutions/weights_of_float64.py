# Trait: The weights are returned in float64, and so the layers take nothing else.
# Base: named

from math import prod


def to_int8(values, scale):
    return (values.double() * scale).round().clamp(-128, 127)


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return to_int8(weights, scale), scale


class NetQuantized:
    def forward(self, x):
        x = to_int8(x, self.input_scale)
        for name in NAMES[:-1]:
            layer = getattr(self, name)
            x = F.relu(layer(x if name.startswith("conv") else x.flatten(1)))
            x = to_int8(self.pool(x) if x.dim() == 4 else x, layer.output_scale)
        return to_int8(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        carried = n_w * n_initial_input * prod(w * o for w, o in ns)
        return (bias.double() * carried).round().clamp(-2**31, 2**31 - 1)
