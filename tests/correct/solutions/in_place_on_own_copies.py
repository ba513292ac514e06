# Trait: Copies are scaled, rounded and clamped in place with mul_, round_ and clamp_.
# Base: plain

def quantized_weights(weights):
    q = weights.clone()
    scale = 127 / q.abs().max().item()
    q.mul_(scale).round_().clamp_(-128, 127)
    return q, scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        copy = pixels.copy()
        np.abs(copy, out=copy)
        return 127 / copy.max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        copy = activations.copy()
        np.abs(copy, out=copy)
        pairs = list(ns)
        product = n_w * n_initial_input
        while pairs:
            w, out = pairs.pop()
            product *= w * out
        return 127 / copy.max() / product

    def forward(self, x):
        with torch.no_grad():
            x = x.clone()
            x.mul_(self.input_scale).round_().clamp_(-128, 127)
            x = self.conv1(x)
            x.relu_().mul_(self.conv1.output_scale).round_().clamp_(-128, 127)
            x = self.conv2(self.pool(x))
            x.relu_().mul_(self.conv2.output_scale).round_().clamp_(-128, 127)
            x = self.fc1(torch.flatten(self.pool(x), 1))
            x.relu_().mul_(self.fc1.output_scale).round_().clamp_(-128, 127)
            x = self.fc2(x)
            x.relu_().mul_(self.fc2.output_scale).round_().clamp_(-128, 127)
            x = self.fc3(x)
            return x.mul_(self.fc3.output_scale).round_().clamp_(-128, 127)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        product = n_w * n_initial_input
        for w, out in ns:
            product *= w * out
        copy = bias.clone()
        return copy.mul_(product).round_().clamp_(-2147483648, 2147483647)
