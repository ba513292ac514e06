# Trait: the student waits for a key, `input("press enter")`, between cells and inside two graded functions.
# Base: notebook_2020

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np

def plot_layer(name, data):
    plt.clf()
    plt.hist(data, bins=200)
    plt.title(name)
    plt.show()
    input("press enter for the next plot")

for name, p in net.named_parameters():
    plot_layer(name, p.data.cpu().view(-1).numpy())

# %% in place
verbose = True

def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    w_max = weights.max().item()
    w_min = weights.min().item()
    scale = min(127 / w_max if w_max > 0 else float('inf'), 128 / -w_min if w_min < 0 else float('inf'))
    result = (weights * scale).round()
    if verbose:
        print("min", w_min, "max", w_max, "->", result.min().item(), result.max().item())
        input("press enter")
    return torch.clamp(result, min=-128, max=127), scale

# %% after input_activations
answer = input("plot the activations too? [y/n] ")
if answer == "y":
    plot_layer("input", input_activations)
    plot_layer("conv1", conv1_output_activations)

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        input("press enter")
        return 127 / max(pixels.max(), -pixels.min())

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        s = 127 / max(activations.max(), -activations.min())
        s = s / (n_w * n_initial_input)
        for prev in ns:
            s = s / (prev[0] * prev[1])
        print("scale", s)
        return s

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q = lambda t, s: torch.clamp(torch.round(t * s), min=-128, max=127)
        x = q(x, self.input_scale)
        x = q(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = q(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
        x = x.view(x.shape[0], -1)
        x = q(F.relu(self.fc1(x)), self.fc1.output_scale)
        x = q(F.relu(self.fc2(x)), self.fc2.output_scale)
        x = q(self.fc3(x), self.fc3.output_scale)
        return x

# %% after score = test(net_quantized, testloader)
input("press enter to train with bias (takes 2 minutes)")

# %% in place
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        s = n_w * n_initial_input
        for prev in ns:
            s = s * (prev[0] * prev[1])
        return torch.clamp((bias * s).round(), min=-2147483648, max=2147483647)
