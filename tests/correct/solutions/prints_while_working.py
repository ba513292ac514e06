# Trait: Every function prints what it sees, as while debugging.
# Base: plain

def value_range(values):
    print("min", values.min(), "max", values.max())
    return float(values.max() - values.min())


def three_sigma_range(values):
    print("mean", values.mean(), "std", values.std())
    return float(6 * values.std())


def quantized_weights(weights):
    biggest = weights.abs().max().item()
    scale = 127 / biggest
    print("weights", tuple(weights.shape), "biggest", biggest, "scale", scale)
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale


print(Q4_1A)
print(Q4_1B)


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        scale = 127 / np.max(np.abs(pixels))
        print("input scale:", scale)
        return scale

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        before = n_w * n_initial_input
        for i, (w, out) in enumerate(ns):
            print("   layer", i, "w", w, "out", out)
            before = before * w * out
        scale = 127 / np.max(np.abs(activations)) / before
        print("output scale of layer", len(ns), ":", scale)
        return scale

    def forward(self, x):
        x = torch.clamp((x * self.input_scale).round(), min=-128, max=127)
        print("x0", x.min().item(), x.max().item())
        x = self.pool(F.relu(self.conv1(x)))
        x = torch.clamp((x * self.conv1.output_scale).round(), min=-128, max=127)
        print("x1", x.min().item(), x.max().item())
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.clamp((x * self.conv2.output_scale).round(), min=-128, max=127)
        print("x2", x.shape)
        x = x.view(-1, self.fc1.in_features)
        x = F.relu(self.fc1(x))
        x = torch.clamp((x * self.fc1.output_scale).round(), min=-128, max=127)
        x = F.relu(self.fc2(x))
        x = torch.clamp((x * self.fc2.output_scale).round(), min=-128, max=127)
        x = self.fc3(x)
        x = torch.clamp((x * self.fc3.output_scale).round(), min=-128, max=127)
        print("logits", x[0])
        return x


print(Q5_1)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w, out in ns:
            scale = scale * w * out
        print("bias scale", scale, "bias", bias)
        return torch.clamp((bias * scale).round(), min=-2147483648, max=2147483647)
