# Trait: The arithmetic lives in mixins, from which both graded classes inherit.
# Base: named
# Without: NetQuantized.quantize_initial_input, NetQuantized.quantize_activations, NetQuantized.forward, NetQuantizedWithBias.quantized_bias

class ScaleMath:
    @staticmethod
    def total(n_w, n_initial_input, ns):
        result = n_initial_input * n_w
        for w, o in ns:
            result *= w * o
        return result

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 127 / np.abs(activations).max() / ScaleMath.total(n_w, n_initial_input, ns)


class Int8Forward:
    def fit(self, x, scale):
        return torch.clamp(torch.round(x * scale), -128, 127)

    def forward(self, x):
        x = self.fit(x, self.input_scale)
        x = self.fit(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = self.fit(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = self.fit(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = self.fit(F.relu(self.fc2(x)), self.fc2.output_scale)
        return self.fit(self.fc3(x), self.fc3.output_scale)


class BiasMath:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scaled = bias * ScaleMath.total(n_w, n_initial_input, ns)
        return torch.clamp(torch.round(scaled), -(2**31), 2**31 - 1)


class NetQuantized(ScaleMath, Int8Forward, nn.Module):
    """The layers and their scales."""


class NetQuantizedWithBias(BiasMath, NetQuantized):
    """The same with a bias in fc3."""
