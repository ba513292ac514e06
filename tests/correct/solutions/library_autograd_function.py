# Trait: Rounding is a straight-through autograd function, and scales have keyword-only defaults.
# Base: named

class RoundSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, grad):
        return grad


def quantize(x, scale, *, bits=8):
    bound = 2 ** (bits - 1)
    return torch.clamp(RoundSTE.apply(x * scale), -bound, bound - 1)


def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return quantize(weights, scale), scale


class NetQuantized:
    def forward(self, x):
        x = quantize(x, self.input_scale)
        x = quantize(self.pool(self.conv1(x).relu()), self.conv1.output_scale)
        x = quantize(self.pool(self.conv2(x).relu()), self.conv2.output_scale)
        x = quantize(self.fc1(x.flatten(1)).relu(), self.fc1.output_scale)
        x = quantize(self.fc2(x).relu(), self.fc2.output_scale)
        return quantize(self.fc3(x), self.fc3.output_scale)


class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        d = n_w * n_initial_input
        for w, o in ns:
            d *= w * o
        return quantize(bias, d, bits=32)
