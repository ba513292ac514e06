# Trait: later cells try 4 bits, 2 bits and powers of two under other names and re-assign net_quantized; the right ones come first and stay.
# Base: notebook_2020

# %% after trainset
images, labels = next(iter(trainloader))
print(images.shape, images.min(), images.max(), labels)

# %% after net
print(net)
sum(p.numel() for p in net.parameters())

# %% instead of # Histograms of the weights
import matplotlib.pyplot as plt
import numpy as np

def stats(v):
    return {'min': float(v.min()), 'max': float(v.max()), '3s': float(6 * v.std())}

# %%
w0 = net.conv1.weight.data.cpu().view(-1)
plt.hist(w0, 100)
plt.show()
stats(w0)

# %%
w1 = net.conv2.weight.data.cpu().view(-1)
plt.hist(w1, 100)
plt.show()
stats(w1)

# %%
w2 = net.fc1.weight.data.cpu().view(-1)
plt.hist(w2, 100)
plt.show()
stats(w2)

# %%
w3 = net.fc2.weight.data.cpu().view(-1)
plt.hist(w3, 100)
plt.show()
stats(w3)

# %%
w4 = net.fc3.weight.data.cpu().view(-1)
plt.hist(w4, 100)
plt.show()
stats(w4)

# %% [markdown]
# Ranges: see the printed numbers. I prefer the full range, few weights are outside of 3 sigma.

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    scale = 128 / weights.abs().max().item()
    result = (weights * scale).round()
    return torch.clamp(result, min=-128, max=127), scale

# %% after quantize_layer_weights(net_q2)
for layer in net_q2.children():
    if hasattr(layer, 'weight'):
        print(layer, layer.weight.scale, layer.weight.data.unique().numel())

# %% after input_activations
plt.hist(conv1_output_activations, 100, log=True)
plt.show()
print(stats(conv1_output_activations))

# %%
plt.hist(conv2_output_activations, 100, log=True)
plt.show()
print(stats(conv2_output_activations))

# %%
plt.hist(fc1_output_activations, 100, log=True)
plt.show()
print(stats(fc1_output_activations))

# %%
plt.hist(fc2_output_activations, 100, log=True)
plt.show()
print(stats(fc2_output_activations))

# %%
plt.hist(fc3_output_activations, 100, log=True)
plt.show()
print(stats(fc3_output_activations))

# %% [markdown]
# Activations after ReLU are one-sided, so half of the int8 range is wasted; unsigned would be better.

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        return 127.5 / np.max(np.abs(pixels))

    @staticmethod
    def quantize_activations(activations: np.ndarray, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> float:
        result = 127 / np.max(np.abs(activations)) / n_w / n_initial_input
        for n_w_i, n_out_i in ns:
            result /= n_w_i * n_out_i
        return result

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scale_and_clamp = lambda y, s: torch.clamp(torch.round(y * s), -128, 127)
        x = scale_and_clamp(x, self.input_scale)
        x = self.pool(F.relu(scale_and_clamp(self.conv1(x), self.conv1.output_scale)))
        x = self.pool(F.relu(scale_and_clamp(self.conv2(x), self.conv2.output_scale)))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(scale_and_clamp(self.fc1(x), self.fc1.output_scale))
        x = F.relu(scale_and_clamp(self.fc2(x), self.fc2.output_scale))
        return scale_and_clamp(self.fc3(x), self.fc3.output_scale)

class NetQuantizedWithBias(NetQuantized):
    @staticmethod
    def quantized_bias(bias: torch.Tensor, n_w: float, n_initial_input: float, ns: List[Tuple[float, float]]) -> torch.Tensor:
        result = bias * (n_w * n_initial_input)
        for n_w_i, n_out_i in ns:
            result = result * (n_w_i * n_out_i)
        return torch.clamp(result.round(), min=-2147483648, max=2147483647)

# %% [markdown] after net_quantized_with_bias
# # Extra: fewer bits, powers of two

# %%
def quantized_weights_4bit(weights):
    scale = 7 / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), min=-8, max=7), scale

def quantized_weights_nbit(weights, bits):
    top = 2 ** (bits - 1) - 1
    scale = top / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), min=-top - 1, max=top), scale

# %%
net_4bit = copy_model(net_q3)
for layer in net_4bit.children():
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        layer.weight.data, layer.weight.scale = quantized_weights_4bit(layer.weight.data)
print(test(net_4bit, testloader))

# %%
net_quantized = NetQuantized(net_4bit)
print(test(net_quantized, testloader))

# %%
results = {}
for bits in (8, 7, 6, 5, 4, 3, 2):
    m = copy_model(net)
    for layer in m.children():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.weight.data, layer.weight.scale = quantized_weights_nbit(layer.weight.data, bits)
    results[bits] = test(m, testloader)
plt.plot(list(results), list(results.values()), 'o-')
plt.show()

# %%
class NetQuantized4Bit(NetQuantized):
    @staticmethod
    def quantize_initial_input(pixels):
        return 7 / np.max(np.abs(pixels))

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return NetQuantized.quantize_activations(activations, n_w, n_initial_input, ns) * 7 / 127

    def forward(self, x):
        return super().forward(x).clamp(-8, 7)

# %%
net_quantized = NetQuantized4Bit(net_4bit)
score = test(net_quantized, testloader)
print('4 bits for everything: {}%'.format(score))

# %%
def power_of_two(scale):
    return 2.0 ** np.floor(np.log2(scale))

net_quantized = NetQuantized(net_init)
net_quantized.input_scale = power_of_two(net_quantized.input_scale)
for layer in net_quantized.conv1, net_quantized.conv2, net_quantized.fc1, net_quantized.fc2, net_quantized.fc3:
    layer.output_scale = power_of_two(layer.output_scale)
print(test(net_quantized, testloader))

# %% [markdown]
# 4 bits lose about 2 points, 2 bits everything.
