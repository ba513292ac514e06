# Trait: graded code takes one batch from trainloader or testloader: at definition time for a constant, and in the constructor as a check.
# Base: notebook_template

# %% after copy_model
# one batch to look at shapes and ranges
images, labels = next(iter(trainloader))
print(images.shape, labels)
IMG_SHAPE = tuple(images.shape[1:])
CHANNELS = IMG_SHAPE[0]

# %% instead of # Histograms of the weights
figure, axs = plt.subplots(1, 5, figsize=(20, 3))
for ax, (n, l) in zip(axs, layers_of(net).items()):
    ax.hist(l.weight.detach().cpu().numpy().flatten(), bins=51)
    ax.set_title(n)

# %% in place
def value_range(values):
    return (values.max() - values.min()).item()

def three_sigma_range(values):
    return (6 * values.std()).item()


def quantized_weights(weights):
    scale = 127 / max(weights.max().item(), -weights.min().item())
    ints = torch.round(weights * scale)
    return ints.clamp(min=-128, max=127), scale


Q4_1A = "n_Out_conv1 * n_W_conv1 * n_In * Out_conv1 = n_Out_conv1 * n_W_conv1 * W_conv1 * n_In * In"

Q4_1B = "n_Out_conv2 * n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv2 = n_Out_conv2 * n_W_conv2 * W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv1"


class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized: nn.Module):
        super().__init__()
        net_init = copy_model(net_with_weights_quantized)
        self.conv1 = net_init.conv1
        self.pool = net_init.pool
        self.conv2 = net_init.conv2
        self.fc1 = net_init.fc1
        self.fc2 = net_init.fc2
        self.fc3 = net_init.fc3

        for layer in layers_of(self).values():
            layer.register_forward_pre_hook(NetQuantized.require_int8)

        # Find the scaling factor of the initial input to the CNN
        self.input_activations = net_with_weights_quantized.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)

        # my check: a test batch must still fit after scaling (it always did)
        test_images, _ = next(iter(testloader))
        self.shape = test_images.shape[1:]
        if (test_images * self.input_scale).abs().max() > 128:
            print("warning: some pixels will be clamped")

        # Find the output scaling factors of all layers, in order
        preceding_layer_scales = []
        for layer in layers_of(self).values():
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, preceding_layer_scales
            )
            preceding_layer_scales.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scale = 127 / np.abs(activations).max() / n_initial_input
        for w, o in ns:
            scale = scale / w / o
        return scale / n_w

    def forward(self, x):
        assert x.shape[1] == CHANNELS and tuple(x.shape[1:]) == IMG_SHAPE
        x = self.step(x, self.input_scale)
        x = self.step(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = self.step(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = self.step(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        x = self.step(F.relu(self.fc2(x)), self.fc2.output_scale)
        x = self.step(self.fc3(x), self.fc3.output_scale)
        return x

    @staticmethod
    def step(t, s):
        return torch.clamp(torch.round(t * s), -128, 127)


Q5_1 = "n_Out * n_W * n_In * Out = n_Out * n_W * n_In * W * In + n_Out * n_W * n_In * beta"


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_initial_input
        for w, o in ns:
            scale = scale * w * o
        return torch.clamp(torch.round(bias * (scale * n_w)), -(2**31), 2**31 - 1)
