# Trait: Scales are 0-d float64 tensors, and every user of one calls .item() on it.
# Base: named

def quantized_weights(weights):
    scale = 127.5 / weights.double().abs().max()
    return (weights * scale.item()).round().clamp(min=-128, max=127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return torch.tensor(127 / np.abs(pixels).max(), dtype=torch.float64)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        total = n_w.item() * n_initial_input.item()
        for w, o in ns:
            total *= w.item() * o.item()
        return torch.tensor(127 / np.abs(activations).max() / total, dtype=torch.float64)

    def forward(self, x):
        x = (x * self.input_scale.item()).round().clamp(min=-128, max=127)
        x = (self.conv1(x).relu() * self.conv1.output_scale.item()).round().clamp(min=-128, max=127)
        x = self.pool(x)
        x = (self.conv2(x).relu() * self.conv2.output_scale.item()).round().clamp(min=-128, max=127)
        x = self.pool(x).flatten(1)
        x = (self.fc1(x).relu() * self.fc1.output_scale.item()).round().clamp(min=-128, max=127)
        x = (self.fc2(x).relu() * self.fc2.output_scale.item()).round().clamp(min=-128, max=127)
        return (self.fc3(x) * self.fc3.output_scale.item()).round().clamp(min=-128, max=127)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        total = n_w.item() * n_initial_input.item()
        for w, o in ns:
            total *= w.item() * o.item()
        return (bias * total).round().clamp(min=-2**31, max=2**31 - 1)
