# Trait: the device, the seeds and some functions are chosen in if/else blocks.
# Base: notebook_template

# %% instead of DATA_SET
DATA_SET = "cifar10"
EPOCHS = 2

if torch.cuda.is_available():
    device = torch.device("cuda")
    torch.cuda.manual_seed_all(290)
    print("GPU:", torch.cuda.get_device_name())
elif hasattr(torch.backends, "mps") and torch.backends.mps.is_available():
    device = torch.device("mps")
else:
    device = torch.device("cpu")
    print("no GPU, this will be slow")
torch.manual_seed(290)

# Which range do I use? Question 1.2 -> three sigma is fine, but max is safer
USE_THREE_SIGMA = False

# %% instead of # Histograms of the weights
if device.type == "cuda":
    to_plot = {n: l.weight.data.cpu() for n, l in layers_of(net).items()}
else:
    to_plot = {n: l.weight.data for n, l in layers_of(net).items()}
for n, w in to_plot.items():
    plt.hist(w.flatten().numpy(), bins=80)
    plt.title(n)
    plt.show()

# %% in place
def value_range(values):
    """The difference between the largest and the smallest value."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    return float(values.max() - values.min())

def three_sigma_range(values):
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    mu, sigma = values.mean(), values.std()
    return float((mu + 3 * sigma) - (mu - 3 * sigma))


if USE_THREE_SIGMA:

    def limit(values):
        return 3 * float(values.std())
else:

    def limit(values):
        return float(abs(values).max())

def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Turn the weights of one layer into integers between -128 and 127."""
    weights = weights.to(device)
    scale = 127 / limit(weights)
    return (weights * scale).round().clamp(-128, 127), scale

# %% [markdown] after net_q2_accuracy
# Before 55.6 %, after 55.5 %.

# %% instead of # Ranges of the activations
for n, l in layers_of(net_q3).items():
    print(n, value_range(l.activations), three_sigma_range(l.activations))

# %% in place
Q4_1A = "n_Out_conv1 * (n_W_conv1 * W_conv1 * n_In * In) = n_Out_conv1 * n_W_conv1 * n_In * Out_conv1"
Q4_1B = "n_Out_conv2 * (n_W_conv2 * W_conv2) * (n_Out_conv1 * (n_W_conv1 * W_conv1) * (n_In * In)) = n_Out_conv2 * n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv2"


class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return 127 / limit(pixels)

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns) -> float:
        already = n_w * n_initial_input
        if len(ns) > 0:
            for w_scale, out_scale in ns:
                already = already * w_scale * out_scale
        return 127 / limit(activations) / already

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.to(device)

        def to_int8(t, s):
            return torch.clamp(torch.round(t * s), -128, 127)

        x = to_int8(x, self.input_scale)
        for name, layer in layers_of(self).items():
            if name == "fc1":
                x = torch.flatten(x, 1)
            x = layer(x)
            if name != "fc3":
                x = F.relu(x)
            if name.startswith("conv"):
                x = self.pool(x)
            x = to_int8(x, layer.output_scale)
        return x


Q5_1 = "n_Out * (n_W * W * n_In * In + n_W * n_In * beta) = n_Out * n_W * n_In * Out"


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale = scale * w_scale * out_scale
        return torch.clamp((bias.to(device) * scale).round(), min=-(2**31), max=2**31 - 1)
