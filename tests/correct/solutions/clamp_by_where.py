# Trait: Clamping is torch.where, and ReLU too.
# Base: plain

def clip(t, low, high):
    t = torch.where(t > high, torch.full_like(t, high), t)
    return torch.where(t < low, torch.full_like(t, low), t)


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return clip(torch.round(weights * scale), -128, 127), scale


class NetQuantized:
    def forward(self, x):
        def relu(t):
            return torch.where(t > 0, t, torch.zeros_like(t))
        def q(t, scale):
            return clip(torch.round(t * scale), -128, 127)
        x = q(x, self.input_scale)
        x = q(relu(self.pool(self.conv1(x))), self.conv1.output_scale)
        x = q(relu(self.pool(self.conv2(x))), self.conv2.output_scale)
        x = torch.flatten(x, 1)
        x = q(relu(self.fc1(x)), self.fc1.output_scale)
        x = q(relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        p = n_w * n_initial_input
        for w, out in ns:
            p *= w * out
        return clip(torch.round(bias * p), -2147483648.0, 2147483647.0)
