# Trait: Clamping is torch.minimum and torch.maximum with 0-d limits.
# Base: named

LOWEST, HIGHEST = torch.tensor(-128.0), torch.tensor(127.0)


def squeeze(t):
    return torch.maximum(LOWEST, torch.minimum(HIGHEST, t.round()))


def quantized_weights(weights):
    scale = 128 / weights.abs().max().item()
    return squeeze(weights * scale), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 128 / np.abs(pixels).max()

    def forward(self, x):
        x = squeeze(x * self.input_scale)
        x = squeeze(self.pool(F.relu(self.conv1(x))) * self.conv1.output_scale)
        x = squeeze(self.pool(F.relu(self.conv2(x))) * self.conv2.output_scale)
        x = squeeze(F.relu(self.fc1(x.flatten(1))) * self.fc1.output_scale)
        x = squeeze(F.relu(self.fc2(x)) * self.fc2.output_scale)
        return squeeze(self.fc3(x) * self.fc3.output_scale)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        p = n_w * n_initial_input
        for w, o in ns:
            p *= w * o
        limit = torch.tensor(2.0**31)
        return torch.maximum(-limit, torch.minimum(limit - 1, (bias * p).round()))
