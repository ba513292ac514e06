# Trait: no_grad decorates functions or wraps their bodies, and forward runs in inference_mode.
# Base: named

@torch.no_grad()
def value_range(values):
    return float(values.max() - values.min())


@torch.no_grad()
def three_sigma_range(values):
    return float(6 * values.std())


def quantized_weights(weights):
    with torch.no_grad():
        scale = 127 / weights.abs().max().item()
        return (weights * scale).round().clamp(-128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        with torch.no_grad():
            peak = torch.from_numpy(activations).abs().max().item()
        s = n_initial_input
        for w, o in ns:
            s *= w
            s *= o
        s *= n_w
        return 127 / (peak * s)

    @torch.no_grad()
    def forward(self, x):
        with torch.inference_mode():
            x = (x * self.input_scale).round().clamp(-128, 127)
            x = self.pool(F.relu(self.conv1(x)) * self.conv1.output_scale).round().clamp(-128, 127)
            x = self.pool(F.relu(self.conv2(x)) * self.conv2.output_scale).round().clamp(-128, 127)
            x = x.flatten(1)
            x = (F.relu(self.fc1(x)) * self.fc1.output_scale).round().clamp(-128, 127)
            x = (F.relu(self.fc2(x)) * self.fc2.output_scale).round().clamp(-128, 127)
            return (self.fc3(x) * self.fc3.output_scale).round().clamp(-128, 127)


class NetQuantizedWithBias:
    @staticmethod
    @torch.no_grad()
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_initial_input
        for w, o in ns:
            s *= w
            s *= o
        s *= n_w
        return (bias * s).round().clamp(-2**31, 2**31 - 1)
