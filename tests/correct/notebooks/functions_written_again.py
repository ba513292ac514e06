# Trait: functions are defined again in later cells: first versions are wrong, the last is right, old ones stay under other names.
# Base: notebook_template

# %% before value_range
def value_range(values):
    return values.max()

# %% in place
# oops, the difference
def value_range(values):
    return float(values.max() - values.min())


def three_sigma_range(values):
    return 3 * float(values.std())


def three_sigma_range(values):
    return (values.mean() + 3 * values.std()) - (values.mean() - 3 * values.std())

# %% before quantized_weights
# version 1: way too small
def quantized_weights(weights):
    scale = 2.5
    return torch.clamp((weights * scale).round(), min=-128, max=127), scale

# %%
# version 2: wraps around??
def quantized_weights(weights):
    scale = 128 / weights.abs().max().item()
    return (weights * scale).to(torch.int8).float(), scale


quantized_weights_old = quantized_weights

# %% in place
# version 3, works
def quantized_weights(weights):
    sigma = weights.std(unbiased=False).item()
    mean = weights.mean().item()
    scale = 127 / (abs(mean) + 3 * sigma)
    return torch.clamp((weights * scale).round(), min=-128, max=127), scale

# %% after quantized_weights
# for the report only
def quantized_weights_floor(weights):
    scale = 127 / weights.abs().max().item()
    return torch.floor(weights * scale), scale

# %% before Q4_1A
Q4_1A = "W_conv1 * In = Out_conv1"

# %% in place
Q4_1A = "n_W_conv1 * n_In * n_Out_conv1 * Out_conv1 = n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1"
Q4_1B = "n_W_conv2 * W_conv2 * n_Out_conv1 * n_W_conv1 * W_conv1 * n_In * In * n_Out_conv2 = n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * n_Out_conv2 * Out_conv2"

# %% before NetQuantized
# first try, forgot that the scales of the layers before are still in there
class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        self.inner = net_with_weights_quantized

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 127 / np.abs(activations).max()

    def forward(self, x):
        return self.inner(x)


NetQuantizedFirstTry = NetQuantized

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels):
        return 255.0

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / (abs(pixels.mean()) + 3 * pixels.std())

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        s = 127 / (abs(activations.mean()) + 3 * activations.std())
        for w, o in ns:
            s /= w * o
        return s / n_w / n_initial_input

    def forward(self, x):
        x = self.clip(x, self.input_scale)
        x = self.clip(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = self.clip(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = torch.flatten(x, 1)
        x = self.clip(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = self.clip(F.relu(self.fc2(x)), self.fc2.output_scale)
        return self.clip(self.fc3(x), self.fc3.output_scale)

    def clip(self, x, scale):
        return (x * scale).round().clamp(-128, 127)


Q5_1 = "n_W * W * n_In * In + beta = Out"
Q5_1 = "n_W * n_In * n_Out * Out = n_W * W * n_In * In * n_Out + n_W * n_In * n_Out * beta"


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        return (bias * 127 / bias.abs().max()).round()

    quantized_bias_v1 = quantized_bias

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        s = n_w * n_initial_input
        for w, o in ns:
            s *= w * o
        return torch.clamp((bias * s).round(), min=-(2**31), max=2**31 - 1)
