# Trait: a helper of the graded functions goes through its values in chunks with a DataLoader that has two workers.
# Base: notebook_2020

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np
from torch.utils.data import DataLoader

def absmax(values, chunk=100000):
    # the activations do not fit on the GPU next to everything else, so go in chunks
    chunks = values.reshape(-1).cpu().split(chunk)
    loader = DataLoader(chunks, batch_size=None, num_workers=2)
    biggest = 0.0
    for part in loader:
        biggest = max(biggest, part.abs().max().item())
    return biggest

# %%
for name, p in net.named_parameters():
    plt.hist(p.data.cpu().view(-1).numpy(), bins=100)
    plt.title('%s, largest %.3f' % (name, absmax(p.data)))
    plt.show()

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    scale = 127 / absmax(weights)
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return 127 / absmax(torch.from_numpy(pixels))

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        denominator = absmax(torch.from_numpy(activations)) * n_w * n_initial_input
        for n_w_l, n_out_l in ns:
            denominator = denominator * n_w_l * n_out_l
        return 127 / denominator

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (self.input_scale * x).round()
        x = torch.clamp(x, min=-128, max=127)
        x = self.pool(F.relu(self.conv1(x)))
        x = (self.conv1.output_scale * x).round()
        x = torch.clamp(x, min=-128, max=127)
        x = self.pool(F.relu(self.conv2(x)))
        x = (self.conv2.output_scale * x).round()
        x = torch.clamp(x, min=-128, max=127)
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = (self.fc1.output_scale * x).round()
        x = torch.clamp(x, min=-128, max=127)
        x = F.relu(self.fc2(x))
        x = (self.fc2.output_scale * x).round()
        x = torch.clamp(x, min=-128, max=127)
        x = self.fc3(x)
        x = (self.fc3.output_scale * x).round()
        return torch.clamp(x, min=-128, max=127)

class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        for n_w_l, n_out_l in ns:
            n_initial_input = n_initial_input * n_w_l * n_out_l
        return torch.clamp((bias * (n_w * n_initial_input)).round(), min=-2147483648, max=2147483647)
