# Trait: cells that raise when run: `assert 0` to stop a run-all, an undefined name, SystemExit, a division by zero.
# Base: notebook_2020

# %% after copy_model
assert 0  # so that "run all" only trains and does not go on

# %% instead of # Histograms of the weights
import numpy as np
import matplotlib.pyplot as plt
conv1_weights = net.conv1.weight.data.cpu().view(-1)
conv2_weights = net.conv2.weight.data.cpu().view(-1)
fc1_weights = net.fc1.weight.data.cpu().view(-1)
fc2_weights = net.fc2.weight.data.cpu().view(-1)
fc3_weights = net.fc3.weight.data.cpu().view(-1)
plt.hist(conv1_weights); plt.show()
plt.hist(conv2_weights); plt.show()
plt.hist(fc1_weights); plt.show()

# %%
fc4_weights = net.fc4.weight.data  # there is no fc4, forgot to delete

# %%
plot_all_the_things(net)

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    flat = weights.cpu().view(-1).numpy()
    hi = np.percentile(np.abs(flat), 99.9)
    scale = float(127 / hi)
    result = torch.clamp(torch.round(weights * scale), min=-128, max=127)
    return result, scale

# %% after quantized_weights
# sanity
w = quantized_weights(net.conv1.weight.data)[0]
assert w.max() == 128, "why is this not 128"

# %% after quantize_layer_weights(net_q2)
raise SystemExit("stop here, Q3 onwards takes too much RAM")

# %% after input_activations
1/0

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return 127 / np.percentile(np.abs(pixels), 99.9)

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        hi = np.percentile(np.abs(activations), 99.9)
        prev = 1.0
        for i in range(len(ns)):
            prev = prev * ns[i][0] * ns[i][1]
        return 127 / (hi * n_w * n_initial_input * prev)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (x * self.input_scale).round().clamp(-128, 127)
        x = F.relu(self.conv1(x))
        x = self.pool((x * self.conv1.output_scale).round().clamp(-128, 127))
        x = F.relu(self.conv2(x))
        x = self.pool((x * self.conv2.output_scale).round().clamp(-128, 127))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = (x * self.fc1.output_scale).round().clamp(-128, 127)
        x = F.relu(self.fc2(x))
        x = (x * self.fc2.output_scale).round().clamp(-128, 127)
        x = self.fc3(x)
        x = (x * self.fc3.output_scale).round().clamp(-128, 127)
        return x

# %% after NetQuantized
print(net_quantizd.input_scale)

# %% after score = test(net_quantized, testloader)
import sys
if score < 50:
    sys.exit(1)

# %% in place
class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        prev = n_w * n_initial_input
        for i in range(len(ns)):
            prev = prev * ns[i][0] * ns[i][1]
        return (bias * prev).round().clamp(-2147483648, 2147483647)

# %% after net_quantized_with_bias
assert False, 'END'
