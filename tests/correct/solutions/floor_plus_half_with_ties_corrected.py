# Trait: Rounding is floor(x + 1/2) by hand, with ties sent back to the even neighbour.
# Base: named

def round_half_even(t):
    base = torch.floor(t)
    rest = t - base  # exact in floating point
    odd = torch.remainder(base, 2)
    up = (rest > 0.5).to(t.dtype) + (rest == 0.5).to(t.dtype) * odd
    return base + up


def quantized_weights(weights):
    n = 127 / torch.max(weights.abs()).item()
    return torch.clamp(round_half_even(weights * n), -128, 127), n


class NetQuantized:
    def forward(self, x):
        def q(t, n):
            return torch.clamp(round_half_even(t * n), -128, 127)

        x = q(x, self.input_scale)
        x = q(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = q(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = q(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        return q(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        n = n_initial_input * n_w
        for w, o in ns:
            n *= w
            n *= o
        return torch.clamp(round_half_even(bias * n), -2.0**31, 2.0**31 - 1)
