# Trait: the graded functions print, draw histograms and call plt.show() while they work.
# Base: notebook_template

def value_range(values):
    lo, hi = float(values.min()), float(values.max())
    print(f"   from {lo:.5f} to {hi:.5f}")
    return hi - lo

def three_sigma_range(values):
    mu, sigma = float(values.mean()), float(values.std())
    print("   mu =", mu, "sigma =", sigma)
    return (mu + 3 * sigma) - (mu - 3 * sigma)


def quantized_weights(weights):
    scale = 127 / float(weights.abs().max())
    result = (weights * scale).round().clamp(-128, 127)
    print("quantizing", tuple(weights.shape), "scale", scale)
    plt.figure(figsize=(6, 2))
    plt.hist(weights.cpu().flatten().numpy(), bins=16, alpha=0.5)
    plt.hist(result.cpu().flatten().numpy() / scale, bins=16, alpha=0.5)
    plt.legend(["before", "after"])
    plt.show()
    return result, scale

# %% instead of # Histograms of the activations
for n, l in layers_of(net_q3).items():
    print(n)
    value_range(l.activations)
    plt.hist(l.activations, bins=256)
    plt.show()

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels):
        print("pixels", pixels.shape, pixels.min(), pixels.max())
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        print("layer", len(ns), "n_w", n_w, "ns", ns)
        product = 1.0
        for a, b in ns:
            product = product * a * b
            print("   product so far", product)
        fig, ax = plt.subplots()
        ax.hist(activations[:5000], bins=20)
        plt.show()
        plt.close(fig)
        return 127 / (np.abs(activations).max() * n_w * n_initial_input * product)

    def forward(self, x):
        first = not hasattr(self, "printed")
        self.printed = True
        x = torch.clamp((x * self.input_scale).round(), -128, 127)
        if first:
            print("input", x.min().item(), x.max().item())
        for name in ("conv1", "conv2"):
            layer = getattr(self, name)
            x = self.pool(F.relu(layer(x)))
            x = torch.clamp((x * layer.output_scale).round(), -128, 127)
            if first:
                print(name, x.min().item(), x.max().item())
        x = x.flatten(1)
        for name in ("fc1", "fc2", "fc3"):
            layer = getattr(self, name)
            x = layer(x)
            if name != "fc3":
                x = F.relu(x)
            x = torch.clamp((x * layer.output_scale).round(), -128, 127)
            if first:
                print(name, x.min().item(), x.max().item())
        return x


class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        product = n_w * n_initial_input
        for a, b in ns:
            product = product * a * b
        print("bias before:", bias)
        quantized = torch.clamp((bias * product).round(), min=-(2**31), max=2**31 - 1)
        print("bias after: ", quantized)
        return quantized
