# Trait: layers by torch.ops.quantized on the engine x86, with the zero point 128.
# Base: plain

def engine():
    torch.backends.quantized.engine = "x86"


def run(x, layer, scale, relu=True):
    engine()
    ops, bias = torch.ops.quantized, layer.bias
    x = torch.quantize_per_tensor(x, 1.0, 128, torch.quint8)
    weight = torch.quantize_per_tensor(layer.weight.detach(), 1.0, 0, torch.qint8)
    if layer.weight.dim() == 4:
        packed = ops.conv2d_prepack(weight, bias, [1, 1], [0, 0], [1, 1], 1)
        op = ops.conv2d_relu if relu else ops.conv2d
    else:
        packed = ops.linear_prepack(weight, bias)
        op = ops.linear_relu if relu else ops.linear
    y = op(x, packed, 1 / float(scale), 128)
    return y.int_repr().float() - 128


class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(run(x, self.conv1, self.conv1.output_scale))
        x = self.pool(run(x, self.conv2, self.conv2.output_scale))
        x = torch.flatten(x, 1)
        x = run(x, self.fc1, self.fc1.output_scale)
        x = run(x, self.fc2, self.fc2.output_scale)
        return run(x, self.fc3, self.fc3.output_scale, relu=False)
