# Trait: Clamping is F.hardtanh, before the rounding, which gives the same integers.
# Base: named

def quantized_weights(weights):
    scale = 127 / (3 * weights.std().item())
    return torch.round(F.hardtanh(weights * scale, -128.0, 127.0)), scale


class NetQuantized:
    def forward(self, x):
        x = torch.round(F.hardtanh(x * self.input_scale, -128.0, 127.0))
        for layer in (self.conv1, self.conv2):
            x = self.pool(torch.round(F.hardtanh(layer(x) * layer.output_scale, 0.0, 127.0)))
        x = x.flatten(1)
        for layer in (self.fc1, self.fc2):
            x = torch.round(F.hardtanh(layer(x) * layer.output_scale, 0.0, 127.0))
        return torch.round(F.hardtanh(self.fc3(x) * self.fc3.output_scale, -128.0, 127.0))


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for w, o in ns:
            s *= w * o
        return torch.round(F.hardtanh(bias * s, -(2.0**31), 2.0**31 - 1))
