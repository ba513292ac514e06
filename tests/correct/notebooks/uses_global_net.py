# Trait: graded functions use the trained global `net`: a table of layer names built from it, and an assertion on its children.
# Base: notebook_2020

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np

layer_names = [name for name, child in net.named_children() if name != 'pool']
n_layers = len(list(net.children())) - 1   # without the pool
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
name_of_shape = {tuple(net.conv1.weight.shape): 'conv1'}
for name in layer_names[1:]:
    name_of_shape[tuple(getattr(net, name).weight.shape)] = name

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    assert len(list(net.children())) == 6, "run the training cells first"
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
        # pool is the only child without weights
        assert n_layers == len(layer_names) == len(list(net.children())) - 1
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
                x = x.view(-1, net.fc1.in_features)
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
        assert bias.shape[0] == net.fc3.out_features
        product = n_w * n_initial_input
        for w, o in ns:
            product *= w * o
        return torch.clamp((bias * product).round(), min=-2147483648, max=2147483647)
