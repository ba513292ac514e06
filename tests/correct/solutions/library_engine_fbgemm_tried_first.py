# Trait: on fbgemm a packed layer may be run twice with two scales, of which the second is the right one.
# Base: plain

def run(x, layer, scale):
    torch.backends.quantized.engine = "fbgemm"
    x = torch.quantize_per_tensor(x, 1.0, 128, torch.quint8)
    weight = torch.quantize_per_tensor(layer.weight.detach(), 1.0, 0, torch.qint8)
    if layer.weight.dim() == 4:
        packed = torch.ops.quantized.conv2d_prepack(weight, layer.bias, [1, 1], [0, 0], [1, 1], 1)
        op = torch.ops.quantized.conv2d
    else:
        packed = torch.ops.quantized.linear_prepack(weight, layer.bias)
        op = torch.ops.quantized.linear
    print("sums:", op(x, packed, 1.0, 128).int_repr().float().mean())
    return op(x, packed, 1 / float(scale), 128).int_repr().float() - 128


class NetQuantized:
    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        x = self.pool(F.relu(run(x, self.conv1, self.conv1.output_scale)))
        x = self.pool(F.relu(run(x, self.conv2, self.conv2.output_scale)))
        x = F.relu(run(torch.flatten(x, 1), self.fc1, self.fc1.output_scale))
        x = F.relu(run(x, self.fc2, self.fc2.output_scale))
        return run(x, self.fc3, self.fc3.output_scale)
